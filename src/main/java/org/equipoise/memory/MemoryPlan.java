package org.equipoise.memory;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The off-heap memory that one owner will hold for its lifetime, stated before anything is allocated.
 *
 * @param owner who holds it, as shown in reports
 * @param reservations its pieces, in the order they lie in memory
 */
public record MemoryPlan(String owner, List<Reservation> reservations) {
    /** Copies the list and refuses two reservations of one name. */
    public MemoryPlan {
        reservations = List.copyOf(reservations);
        Set<String> names = new HashSet<>();
        for (Reservation reservation : reservations) {
            if (!names.add(reservation.name())) {
                throw new IllegalArgumentException("'" + reservation.name() + "' is reserved twice by " + owner);
            }
        }
    }

    /** {@return the bytes an arena opened from this plan takes} */
    public long totalBytes() {
        long total = 0;
        for (Reservation reservation : reservations) {
            total = Reservation.sum(total, reservation.alignedBytes(), owner);
        }
        return total;
    }

    /** {@return the bytes of each account, without the accounts this plan does not use} */
    public Map<Account, Long> bytesByAccount() {
        Map<Account, Long> bytes = new EnumMap<>(Account.class);
        for (Reservation reservation : reservations) {
            bytes.merge(reservation.account(), reservation.alignedBytes(), (a, b) -> Reservation.sum(a, b, owner));
        }
        return bytes;
    }

    /**
     * Begins a plan.
     *
     * @param owner who holds the memory
     * @return a builder that collects reservations in order
     */
    public static Builder ownedBy(String owner) {
        return new Builder(owner);
    }

    /** Collects reservations. */
    public static final class Builder {
        private final String owner;
        private final List<Reservation> reservations = new ArrayList<>();

        private Builder(String owner) {
            this.owner = owner;
        }

        /**
         * Reserves room for float32 values.
         *
         * @param account what the memory is for
         * @param name its name, unique within the plan
         * @param count how many float32 values
         * @return this builder
         */
        public Builder floats(Account account, String name, long count) {
            return bytes(account, name, Reservation.bytes(count, Float.BYTES, name));
        }

        /**
         * Reserves room for int32 values.
         *
         * @param account what the memory is for
         * @param name its name, unique within the plan
         * @param count how many int32 values
         * @return this builder
         */
        public Builder ints(Account account, String name, long count) {
            return bytes(account, name, Reservation.bytes(count, Integer.BYTES, name));
        }

        /**
         * Reserves room for 64-bit words.
         *
         * @param account what the memory is for
         * @param name its name, unique within the plan
         * @param count how many 64-bit words
         * @return this builder
         */
        public Builder words(Account account, String name, long count) {
            return bytes(account, name, Reservation.bytes(count, Long.BYTES, name));
        }

        /**
         * Reserves room for several times so many float32 values.
         *
         * @param account what the memory is for
         * @param name its name, unique within the plan
         * @param count how many float32 values
         * @param times how often
         * @return this builder
         */
        public Builder floats(Account account, String name, long count, int times) {
            return bytes(account, name, Reservation.bytes(Reservation.bytes(count, Float.BYTES, name), times, name));
        }

        /**
         * Reserves room for several times so many 64-bit words.
         *
         * @param account what the memory is for
         * @param name its name, unique within the plan
         * @param count how many 64-bit words
         * @param times how often
         * @return this builder
         */
        public Builder words(Account account, String name, long count, int times) {
            return bytes(account, name, Reservation.bytes(Reservation.bytes(count, Long.BYTES, name), times, name));
        }

        /**
         * Reserves room for bytes.
         *
         * @param account what the memory is for
         * @param name its name, unique within the plan
         * @param bytes its size
         * @return this builder
         */
        public Builder bytes(Account account, String name, long bytes) {
            reservations.add(new Reservation(account, name, bytes));
            return this;
        }

        /** {@return the finished plan} */
        public MemoryPlan build() {
            return new MemoryPlan(owner, reservations);
        }
    }
}
