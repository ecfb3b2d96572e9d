/**
 * Event files as TensorBoard reads them: a TFRecord file of {@code Event} messages in protocol buffers.
 *
 * <p>The messages are those of TensorFlow's {@code event.proto} and {@code summary.proto}; the few fields that are used are encoded
 * here one by one, which saves a dependency on TensorFlow.
 */
@NullMarked
package org.equipoise.interop.tensorboard;

import org.jspecify.annotations.NullMarked;
