package dev.millrace.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * An authority of a test's own and what it signs, made by the JDK's keytool.
 *
 * @param password of every key store
 */
record Certificates(Path directory, String password) {
  private static final String CA = "ca";

  /** Makes the authority. */
  static Certificates in(Path directory, String password) {
    Certificates made = new Certificates(directory, password);
    made.keytool(made.store(CA), "ca", "-dname", "CN=ca", "-ext", "bc:c=ca:true");
    made.writeTrust();
    return made;
  }

  /** PEM: the authority's certificate. */
  Path trust() {
    return directory.resolve("trust.pem");
  }

  /** PKCS12: a key and the signed certificate of CN=name, good for this machine. */
  Path keys(String name) {
    try {
      Path store = Files.copy(store(CA), store(name));
      keytool(
          store,
          name,
          "-dname",
          "CN=" + name,
          "-signer",
          CA,
          "-ext",
          "san=ip:127.0.0.1,dns:localhost");
      KeyStore keys = load(store);
      keys.deleteEntry(CA); // The authority's own key stays at home.
      try (OutputStream out = Files.newOutputStream(store)) {
        keys.store(out, password.toCharArray());
      }
      return store;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path store(String name) {
    return directory.resolve(name + ".p12");
  }

  private void writeTrust() {
    try {
      byte[] certificate = load(store(CA)).getCertificate(CA).getEncoded();
      String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate);
      Files.writeString(
          trust(), "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private KeyStore load(Path store) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, password.toCharArray());
    }
    return keys;
  }

  private void keytool(Path store, String alias, String... more) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    line.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-genkeypair", "-alias", alias));
    line.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "3650"));
    line.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString()));
    line.addAll(List.of("-storepass", password));
    line.addAll(List.of(more));
    try {
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) throw new IllegalStateException("keytool: " + said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
