package org.equipoise.data;

/**
 * A line of the catalogue.
 *
 * @param name the name users write
 * @param title what it is, for people
 * @param state whether it can be opened
 * @param where where it is, or where fetching would put it
 * @param trainImages how many training images it has
 * @param testImages how many test images it has
 * @param licence the terms its images are distributed under
 * @param origin who made it
 */
public record CatalogueEntry(
        String name,
        String title,
        DatasetState state,
        String where,
        int trainImages,
        int testImages,
        String licence,
        String origin) {}
