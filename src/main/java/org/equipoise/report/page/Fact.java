package org.equipoise.report.page;

/**
 * Something known of a run.
 *
 * @param name what it is
 * @param value what it is like
 */
public record Fact(String name, String value) {}
