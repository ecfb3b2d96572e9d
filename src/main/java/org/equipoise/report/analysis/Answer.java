package org.equipoise.report.analysis;

/**
 * What the network says to an image.
 *
 * @param image which image of the set
 * @param label its true class
 * @param answer the class it was given
 * @param loss the loss
 */
public record Answer(int image, int label, int answer, double loss) {}
