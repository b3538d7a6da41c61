package ai.djl.pytorch.jni;

import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/**
 * Calls methods of a scripted module with tensors, lists and numbers, and with autograd: what DJL's
 * public classes do not offer. It lives in DJL's package because the native interface is private to
 * that.
 */
@NullMarked
public final class ScriptCaller implements AutoCloseable {
  private final PtSymbolBlock module;
  private final long handle;

  /** Loads an archive onto the manager's device. */
  public ScriptCaller(PtNDManager manager, byte[] archive) {
    try {
      this.module = JniUtils.loadModule(manager, new ByteArrayInputStream(archive), true, false);
      this.handle = module.getHandle();
    } catch (IOException e) {
      throw new IllegalStateException("a byte array that cannot be read", e);
    }
  }

  /**
   * Runs a method.
   *
   * @param results owns what the method returns; otherwise that would live as long as its operands
   * @param arguments tensors, lists of tensors, double arrays, doubles and longs
   * @return the tensors returned; none for {@code None}
   * @throws ai.djl.engine.EngineException where the script fails
   */
  public NDList call(PtNDManager results, String method, List<?> arguments) {
    IValue[] values = arguments.stream().map(ScriptCaller::value).toArray(IValue[]::new);
    long[] handles = Arrays.stream(values).mapToLong(IValue::getHandle).toArray();
    // "Training" keeps DJL from switching to inference mode, in which nothing has a gradient.
    try (IValue result =
        new IValue(PyTorchLibrary.LIB.moduleRunMethod(handle, method, handles, true, false))) {
      return result.getType().equals("NoneType") ? new NDList() : result.toNDList(results);
    } finally {
      for (IValue value : values) value.close();
    }
  }

  private static IValue value(Object argument) {
    if (argument instanceof PtNDArray tensor) return IValue.from(tensor);
    if (argument instanceof List<?> tensors) {
      return IValue.listFrom(tensors.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
    }
    if (argument instanceof double[] numbers) return IValue.listFrom(numbers);
    if (argument instanceof Double number) return IValue.from(number);
    if (argument instanceof Long number) return IValue.from(number);
    throw new IllegalArgumentException("no script argument: " + argument.getClass());
  }

  @Override
  public void close() {
    module.close();
  }
}
