package org.equipoise.training;

import org.equipoise.kernel.Kernels;
import org.equipoise.memory.Ledger;

/**
 * What a run may use of the machine. None of it changes a result.
 *
 * @param kernels the arithmetic
 * @param threads how many threads work
 * @param ledger where off-heap memory is entered, with its budget
 */
public record Machine(Kernels kernels, int threads, Ledger ledger) {}
