// Asks as LTeX does: a form that is called JSON, by a client that offers HTTP/2 on each connection.
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

public class Ltex {
    public static void main(String[] arguments) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        String data = URLEncoder.encode(arguments[1], StandardCharsets.UTF_8);
        for (String kind : new String[] {"application/json", "text/plain", null}) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(arguments[0] + "v2/check"))
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("language=zh-CN&data=" + data));
            if (kind != null) {
                request.header("Content-Type", kind);
            }
            HttpResponse<String> response =
                client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            System.out.println(response.statusCode() + " " + response.body());
        }
    }
}
