package org.equipoise.cli;

import org.equipoise.error.BadInputException;
import org.equipoise.memory.MemorySize;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a size such as {@code 64MB}. */
final class MemorySizeConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        try {
            return MemorySize.parse(text);
        } catch (BadInputException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
