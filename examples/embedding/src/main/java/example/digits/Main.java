package example.digits;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.equipoise.DataSet;
import org.equipoise.EpochReport;
import org.equipoise.Equipoise;
import org.equipoise.Predictor;
import org.equipoise.ProgressListener;

/** Trains a network, lets a web service read digits with it, and asks that service about digits it has not seen. */
public final class Main {
    private static final int LEARNT_FROM = 2_500;
    private static final int ASKED = 200;
    private static final int CLIENTS = 4;

    private Main() {}

    /**
     * Runs the example.
     *
     * @param args a port on which to go on serving, or nothing to end after the questions
     */
    public static void main(String[] args) throws Exception {
        DataSet digits = DataSet.digits().limit(LEARNT_FROM, ASKED);
        try (Equipoise network = Equipoise.preset("quick").open()) {
            System.out.println("Kernels: " + network.kernelsReason());
            network.training(digits)
                    .epochs(1)
                    .listener(new ProgressListener() {
                        @Override
                        public void epochDone(EpochReport report) {
                            System.out.printf("Test error after epoch %d: %.1f %%%n", report.epoch(), report.testErrorPercent());
                        }
                    })
                    .run();
            int port = args.length == 0 ? 0 : Integer.parseInt(args[0]);
            try (Predictor predictor = network.predictor(Runtime.getRuntime().availableProcessors());
                    Reader reader = new Reader(predictor, port)) {
                int right = ask(reader.port(), digits);
                System.out.printf("%d of %d digits read right by %d clients at once%n", right, ASKED, CLIENTS);
                if (args.length > 0) {
                    System.out.println("Listening on port " + port + " until it is interrupted.");
                    Thread.currentThread().join();
                }
                if (right < ASKED / 2) {
                    System.exit(1);
                }
            }
        }
    }

    private static int ask(int port, DataSet digits) throws Exception {
        Client client = new Client(port);
        HttpResponse<String> refusal = client.ask(new float[3]);
        System.out.println("An image of three pixels is answered " + refusal.statusCode() + ": " + refusal.body());
        int right = 0;
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < ASKED; i++) {
                float[] image = digits.testImage(i);
                answers.add(clients.submit(() -> client.ask(image)));
            }
            for (int i = 0; i < ASKED; i++) {
                right += answers.get(i).get().body().equals(Integer.toString(digits.testLabel(i))) ? 1 : 0;
            }
        }
        return right;
    }
}
