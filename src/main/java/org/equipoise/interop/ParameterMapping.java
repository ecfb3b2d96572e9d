package org.equipoise.interop;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.equipoise.error.BadInputException;
import org.equipoise.network.Connection;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;

/**
 * Which tensors of another program's file are the parameters of a network. Names of {@link ParameterFile} are taken as they are, also after
 * a prefix; other weights are told by their shapes, and those of one shape by the numbers in their names. What is not unique, nobody
 * guesses.
 *
 * @param tensors the name of the tensor in the file by that of the parameter
 * @param zero parameters that the file does not have, biases alone
 * @param unused tensors of the file that are no parameter
 */
public record ParameterMapping(SequencedMap<String, String> tensors, List<String> zero, List<String> unused) {
    private static final String WEIGHT = "weight";
    private static final String BIAS = "bias";
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    /** Copies what it is given. */
    public ParameterMapping {
        tensors = new LinkedHashMap<>(tensors);
        zero = List.copyOf(zero);
        unused = List.copyOf(unused);
    }

    /**
     * @param file the tensors
     * @param topology the network
     * @param chosen what the user says, {@code parameter=tensor}, or {@code layers.0=conv1} for weight and bias
     * @return the mapping
     * @throws BadInputException if there is none, or more than one, or tensors have other shapes
     */
    public static ParameterMapping of(SafetensorsFile file, Topology topology, List<String> chosen) {
        Search search = new Search(file, topology);
        chosen.forEach(search::choose);
        search.findWeights();
        search.findBiases();
        return search.result();
    }

    /** {@return whether all parameters that are in the file have their own names there} */
    public boolean keepsNames() {
        return tensors.entrySet().stream().allMatch(entry -> entry.getKey().equals(entry.getValue()));
    }

    /**
     * Reads the parameters from the file that the mapping was made for.
     *
     * @param parameters filled; the derived layouts are not
     */
    public void read(SafetensorsFile file, Parameters parameters) {
        for (int l = 0; l < parameters.topology().connections().size(); l++) {
            Connection connection = parameters.topology().connections().get(l);
            Shape weights = Shape.of(connection.weightShape());
            parameters.setWeights(l, file.floats(tensor(ParameterFile.weightName(l)), weights));
            Shape biases = Shape.of(connection.layer().channels());
            String bias = tensors.get(ParameterFile.biasName(l));
            parameters.setBiases(l, bias == null ? new float[(int) biases.elements()] : file.floats(bias, biases));
        }
    }

    private String tensor(String parameter) {
        return Objects.requireNonNull(tensors.get(parameter), "every weight has a tensor");
    }

    /** {@return the mapping for people, a line each} */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        tensors.forEach((parameter, tensor) -> lines.add(parameter + " is " + Quoted.name(tensor) + "."));
        zero.forEach(parameter -> lines.add(parameter + " is not in the file and is zero."));
        if (!unused.isEmpty()) {
            lines.add("Not used: " + Quoted.names(unused) + ".");
        }
        return lines;
    }

    /** Finds a tensor for each parameter. */
    private static final class Search {
        private final SafetensorsFile file;
        private final Map<String, Shape> weights = new LinkedHashMap<>();
        private final Map<String, Shape> biases = new LinkedHashMap<>();
        private final Map<String, String> found = new LinkedHashMap<>();

        Search(SafetensorsFile file, Topology topology) {
            this.file = file;
            for (int l = 0; l < topology.connections().size(); l++) {
                Connection connection = topology.connections().get(l);
                weights.put(ParameterFile.weightName(l), Shape.of(connection.weightShape()));
                biases.put(
                        ParameterFile.biasName(l), Shape.of(connection.layer().channels()));
            }
        }

        void choose(String choice) {
            int equals = choice.indexOf('=');
            String parameter = equals < 0 ? "" : choice.substring(0, equals);
            String tensor = choice.substring(equals + 1);
            if (weights.containsKey(parameter) || biases.containsKey(parameter)) {
                put(parameter, file.tensor(tensor).name());
            } else if (weights.containsKey(parameter + "." + WEIGHT)) {
                put(parameter + "." + WEIGHT, file.tensor(tensor + "." + WEIGHT).name());
                if (file.tensors().containsKey(tensor + "." + BIAS)) {
                    put(parameter + "." + BIAS, tensor + "." + BIAS);
                }
            } else {
                throw new BadInputException("--map " + Quoted.name(choice)
                        + " names no parameter of the network; PARAMETER=TENSOR was expected, such as layers.0.weight=conv1.weight"
                        + " or layers.0=conv1, with layers.0 to layers." + (weights.size() - 1) + ".");
            }
        }

        private void put(String parameter, String tensor) {
            if (found.containsValue(tensor)) {
                throw new BadInputException("The tensor " + Quoted.name(tensor) + " was given to " + keyOf(tensor)
                        + " and to " + parameter + "; one of them was expected.");
            }
            String other = found.putIfAbsent(parameter, tensor);
            if (other != null) {
                throw new BadInputException("--map gives " + parameter + " the tensors " + Quoted.name(other) + " and "
                        + Quoted.name(tensor) + "; one of them was expected.");
            }
        }

        private String keyOf(String tensor) {
            return found.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(tensor))
                    .findFirst()
                    .orElseThrow()
                    .getKey();
        }

        void findWeights() {
            Map<String, Shape> missing = new LinkedHashMap<>(weights);
            missing.keySet().removeAll(found.keySet());
            Optional<String> prefix = prefix(missing);
            if (prefix.isPresent()) {
                missing.keySet().forEach(parameter -> put(parameter, prefix.get() + parameter));
                return;
            }
            Map<Shape, List<String>> byShape = missing.keySet().stream()
                    .collect(Collectors.groupingBy(missing::get, LinkedHashMap::new, Collectors.toList()));
            byShape.forEach(this::match);
        }

        /** What stands before the names of all missing parameters, nothing if they are there as they are. */
        private Optional<String> prefix(Map<String, Shape> missing) {
            if (missing.isEmpty() || file.tensors().keySet().containsAll(missing.keySet())) {
                return Optional.of("");
            }
            String first = missing.keySet().iterator().next();
            List<String> prefixes = file.tensors().keySet().stream()
                    .filter(name -> name.endsWith("." + first))
                    .map(name -> name.substring(0, name.length() - first.length()))
                    .filter(prefix -> missing.keySet().stream()
                            .allMatch(parameter -> file.tensors().containsKey(prefix + parameter)))
                    .toList();
            if (prefixes.size() > 1) {
                throw ambiguous(
                        first, prefixes.stream().map(prefix -> prefix + first).toList());
            }
            return prefixes.stream().findFirst();
        }

        private void match(Shape shape, List<String> parameters) {
            List<String> fitting = candidates().stream()
                    .filter(name -> file.tensor(name).shape().equals(shape))
                    .toList();
            if (fitting.size() < parameters.size()) {
                String first = parameters.getFirst();
                throw new BadInputException(file.name() + " has "
                        + (fitting.isEmpty()
                                ? "no tensor"
                                : "only " + Quoted.names(fitting) + " for " + String.join(" and ", parameters))
                        + " of shape " + shape + (fitting.isEmpty() ? " for " + first : "") + "; its weights are "
                        + shapes(candidates()) + ".");
            }
            if (fitting.size() > parameters.size() || !ordered(fitting)) {
                throw ambiguous(parameters.getFirst(), fitting);
            }
            List<String> sorted = fitting.stream()
                    .sorted(Comparator.comparing(Search::numbers, Search::compare))
                    .toList();
            for (int i = 0; i < sorted.size(); i++) {
                put(parameters.get(i), sorted.get(i));
            }
        }

        /** Floating-point tensors that are no parameter yet: those that are called weights, or all if none is. */
        private List<String> candidates() {
            List<String> free = file.tensors().values().stream()
                    .filter(entry -> entry.dtype().isFloat() && !found.containsValue(entry.name()))
                    .map(TensorEntry::name)
                    .toList();
            List<String> named = free.stream().filter(Search::isWeight).toList();
            return named.isEmpty() ? free : named;
        }

        private static boolean isWeight(String name) {
            return name.equals(WEIGHT) || name.endsWith("." + WEIGHT);
        }

        /** Whether names differ in numbers alone, which then say the order; safetensors files are sorted by name. */
        private static boolean ordered(List<String> names) {
            return names.stream()
                                    .map(name -> NUMBER.matcher(name).replaceAll("#"))
                                    .distinct()
                                    .count()
                            == 1
                    && names.stream().map(Search::numbers).distinct().count() == names.size();
        }

        private static List<Integer> numbers(String name) {
            return NUMBER.matcher(name)
                    .results()
                    .map(MatchResult::group)
                    .map(Integer::valueOf)
                    .toList();
        }

        private static int compare(List<Integer> a, List<Integer> b) {
            for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                int difference = a.get(i).compareTo(b.get(i));
                if (difference != 0) {
                    return difference;
                }
            }
            return Integer.compare(a.size(), b.size());
        }

        private BadInputException ambiguous(String parameter, List<String> fitting) {
            return new BadInputException(file.name() + " has " + Quoted.names(fitting) + " of the shape of " + parameter
                    + ", and nothing says which is meant; --map " + parameter + "=TENSOR was expected.");
        }

        private String shapes(List<String> names) {
            return names.isEmpty()
                    ? "none"
                    : names.stream()
                                    .limit(8)
                                    .map(name -> Quoted.name(name) + " "
                                            + file.tensor(name).shape())
                                    .collect(Collectors.joining(", "))
                            + (names.size() > 8 ? " and " + (names.size() - 8) + " more" : "");
        }

        /** A bias is beside its weights. */
        void findBiases() {
            for (String weight : weights.keySet()) {
                String bias = weight.substring(0, weight.length() - WEIGHT.length()) + BIAS;
                String tensor = Objects.requireNonNull(found.get(weight));
                if (found.containsKey(bias) || !isWeight(tensor)) {
                    continue;
                }
                String beside = tensor.substring(0, tensor.length() - WEIGHT.length()) + BIAS;
                if (file.tensors().containsKey(beside)) {
                    put(bias, beside);
                }
            }
        }

        ParameterMapping result() {
            SequencedMap<String, String> tensors = new LinkedHashMap<>();
            List<String> zero = new ArrayList<>();
            for (String weight : weights.keySet()) {
                String bias = weight.substring(0, weight.length() - WEIGHT.length()) + BIAS;
                tensors.put(weight, Objects.requireNonNull(found.get(weight)));
                if (found.containsKey(bias)) {
                    tensors.put(bias, found.get(bias));
                } else {
                    zero.add(bias);
                }
            }
            SequencedSet<String> unused = new LinkedHashSet<>(file.tensors().keySet());
            unused.removeAll(tensors.values());
            return new ParameterMapping(tensors, zero, List.copyOf(unused));
        }
    }
}
