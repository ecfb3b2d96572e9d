/**
 * Equipoise as a library: networks that learn by Equilibrium Propagation inside another program.
 *
 * <p>{@link org.equipoise.Equipoise} is where everything begins. Nothing here is global: a program may hold any number of networks,
 * each with its own kernels, threads and memory budget. Bad arguments are refused with a {@link
 * org.equipoise.error.BadInputException}, work that cannot be done with a {@link org.equipoise.error.WorkFailedException}, and what
 * does not fit the budget with a {@link org.equipoise.memory.BudgetExceededException}, each with one sentence for people.
 *
 * <h2>How to start the JVM</h2>
 *
 * <pre>
 * java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:TypeProfileLevel=0 ...
 * </pre>
 *
 * <ul>
 *   <li>{@code --add-modules jdk.incubator.vector} makes the Vector API visible. Without it everything works on scalar code, with the
 *       same bits, some ten times slower; {@link org.equipoise.Equipoise#kernelsReason()} says so.
 *   <li>{@code -XX:TypeProfileLevel=0} keeps the JIT compiler from speculating about types. With its usual setting about one start in
 *       ten leaves vectors boxed in the heap for the whole life of the process, five to ten times slower.
 *   <li>{@code --enable-native-access=ALL-UNNAMED} (or {@code =org.equipoise} on the module path) is needed by the command line alone,
 *       which asks whether it writes to a terminal; it keeps Java from warning.
 * </ul>
 */
@NullMarked
package org.equipoise;

import org.jspecify.annotations.NullMarked;
