package org.equipoise.config;

import java.util.Optional;
import org.equipoise.error.BadInputException;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.parser.Parser;

/**
 * Passes on what a YAML document is made of and refuses what no configuration needs, before anything is built of it: nesting that is
 * deeper than the stack, and aliases, by which a few lines name more values than memory holds.
 */
final class PlainEvents implements Parser {
    private final Parser parser;
    private final String source;
    private int open;

    PlainEvents(Parser parser, String source) {
        this.parser = parser;
        this.source = source;
    }

    @Override
    public boolean checkEvent(Event.ID choice) {
        return parser.checkEvent(choice);
    }

    @Override
    public Event peekEvent() {
        return parser.peekEvent();
    }

    @Override
    public boolean hasNext() {
        return parser.hasNext();
    }

    @Override
    public Event next() {
        Event event = parser.next();
        if (event instanceof NodeEvent node) {
            Optional<Anchor> anchor = node.getAnchor();
            if (anchor.isPresent() || node instanceof AliasEvent) {
                throw new BadInputException(where(event)
                        + " holds an alias or another rare form of YAML; mappings, lists and values were expected.");
            }
            if (open > SettingTree.DEEPEST) {
                throw new BadInputException(where(event) + " is nested more than " + SettingTree.DEEPEST
                        + " deep; a flatter file was expected.");
            }
        }
        switch (event) {
            case CollectionStartEvent start -> open++;
            case CollectionEndEvent end -> open--;
            default -> {}
        }
        return event;
    }

    private String where(Event event) {
        return event.getStartMark()
                .map(mark -> source + " line " + (mark.getLine() + 1))
                .orElse(source);
    }
}
