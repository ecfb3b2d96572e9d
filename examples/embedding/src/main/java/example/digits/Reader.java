package example.digits;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.equipoise.Predictor;
import org.equipoise.error.BadInputException;

/** Reads digits over HTTP: the body of a POST to /digit is an image's grey bytes, row by row; the answer is its digit. */
final class Reader implements AutoCloseable {
    private final Predictor predictor;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Reader(Predictor predictor, int port) throws IOException {
        this.predictor = predictor;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads); // as many requests at once as come; the predictor lets them settle as it has states
        server.createContext("/digit", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] grey = exchange.getRequestBody().readAllBytes();
            float[] image = new float[grey.length];
            for (int i = 0; i < grey.length; i++) {
                image[i] = Byte.toUnsignedInt(grey[i]) / 255f;
            }
            try {
                send(exchange, 200, Integer.toString(predictor.classify(image)));
            } catch (BadInputException wrong) {
                send(exchange, 400, wrong.getMessage());
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
