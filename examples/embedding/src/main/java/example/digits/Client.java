package example.digits;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Asks a {@link Reader}. */
final class Client {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;

    Client(int port) {
        this.address = URI.create("http://localhost:" + port + "/digit");
    }

    /** {@return status and text of the answer to an image} */
    HttpResponse<String> ask(float[] image) throws IOException, InterruptedException {
        byte[] grey = new byte[image.length];
        for (int i = 0; i < image.length; i++) {
            grey[i] = (byte) Math.round(255 * image[i]);
        }
        HttpRequest question = HttpRequest.newBuilder(address)
                .POST(HttpRequest.BodyPublishers.ofByteArray(grey))
                .build();
        return http.send(question, HttpResponse.BodyHandlers.ofString());
    }
}
