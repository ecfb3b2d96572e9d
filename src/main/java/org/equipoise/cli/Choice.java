package org.equipoise.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.equipoise.error.Suggestion;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads one of a few words.
 *
 * @param <E> their type, each constant written in lower case
 */
abstract class Choice<E extends Enum<E>> implements ITypeConverter<E> {
    private final E[] choices;

    Choice(E[] choices) {
        this.choices = choices;
    }

    @Override
    public E convert(String text) {
        List<String> words = Arrays.stream(choices).map(Wording::word).toList();
        int index = words.indexOf(text.toLowerCase(Locale.ROOT));
        if (index >= 0) {
            return choices[index];
        }
        throw new TypeConversionException("'" + text + "' was given" + Suggestion.forWord(text, words) + ", where "
                + String.join(" or ", words) + " was expected");
    }
}
