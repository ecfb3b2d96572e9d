package org.equipoise.data.fetch;

import java.nio.file.Path;

/**
 * What a source works with.
 *
 * @param folder an empty folder of its own, deleted afterwards
 * @param clients the package clients of this machine
 * @param retries how patient downloads are
 * @param progress who hears how it goes
 */
public record FetchContext(Path folder, PackageClients clients, RetryPolicy retries, FetchProgress progress) {}
