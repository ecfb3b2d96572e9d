package org.equipoise.data.fetch;

import java.nio.file.Path;

/**
 * What a source works with.
 *
 * @param folder an empty folder of its own, deleted afterwards
 */
public record FetchContext(Path folder, PackageClients clients, RetryPolicy retries, FetchProgress progress) {}
