/**
 * Files shared with other programs: safetensors, NumPy's {@code .npy} and {@code .npz}, PNG images.
 *
 * <p>Readers take nothing on trust: every length is checked against the bytes there really are before anything is allocated,
 * and a file that is foreign, cut short or inconsistent is refused with a {@link org.equipoise.error.BadInputException} of one
 * sentence. Writers give the same bytes for the same content and put a file in place whole or not at all.
 */
@NullMarked
package org.equipoise.interop;

import org.jspecify.annotations.NullMarked;
