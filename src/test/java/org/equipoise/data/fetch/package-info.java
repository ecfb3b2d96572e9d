/** What fetching promises, with stand-ins for clients and servers. */
@NullMarked
package org.equipoise.data.fetch;

import org.jspecify.annotations.NullMarked;
