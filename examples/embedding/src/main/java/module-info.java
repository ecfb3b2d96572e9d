/** A web service that embeds Equipoise. */
module example.digits {
    requires java.net.http;
    requires jdk.httpserver;
    requires org.equipoise;
}
