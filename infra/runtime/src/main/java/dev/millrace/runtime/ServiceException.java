package dev.millrace.runtime;

/** A service failed or would not stop; the message names it and is one line for people. */
public final class ServiceException extends RuntimeException {
  private final String service;

  ServiceException(String service, String message) {
    super(message);
    this.service = service;
  }

  ServiceException(String service, Throwable cause) {
    super(service + " failed: " + ErrorLine.of(cause), cause);
    this.service = service;
  }

  /** The name that it was started under. */
  public String service() {
    return service;
  }
}
