package dev.millrace.e2e;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The dependency directions of the house. */
class HouseTest {
  private static final String[] KAFKA = {"org.apache.kafka.."};
  private static final String[] DJL = {"ai.djl.."};
  private static final String[] S3 = {"software.amazon.."};
  private static final String[] ONNX_RUNTIME = {"ai.onnxruntime.."};

  private static final String[] INGEST = {"dev.millrace.ingest.."};
  private static final String[] STREAM_PROCESSORS = {
    "dev.millrace.refinery..",
    "dev.millrace.tokenization..",
    "dev.millrace.curriculum..",
    "dev.millrace.streams.."
  };
  private static final String[] TRAINER = {"dev.millrace.trainer.."};
  private static final String[] EVALUATOR = {"dev.millrace.evaluator.."};

  private static JavaClasses house;

  @BeforeAll
  static void readTheHouse() {
    house =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.millrace", "ai.djl.pytorch.jni");
  }

  @Test
  void everyRoomIsOnTheClassPath() {
    for (String room :
        List.of(
            "schemas",
            "runtime",
            "broker",
            "tokenizer",
            "ingest",
            "refinery",
            "tokenization",
            "curriculum",
            "streams",
            "model",
            "trainer",
            "evaluator",
            "dashboard",
            "cli")) {
      assertTrue(
          house.stream().anyMatch(c -> c.getPackageName().startsWith("dev.millrace." + room)),
          room + " is not here: the rules would check nothing");
    }
  }

  @TestFactory
  Stream<DynamicTest> noServiceKnowsAnother() {
    List<String[]> services = List.of(INGEST, STREAM_PROCESSORS, TRAINER, EVALUATOR);
    return services.stream()
        .map(
            service -> {
              String[] others =
                  services.stream()
                      .filter(s -> s != service)
                      .flatMap(Stream::of)
                      .toArray(String[]::new);
              return check(
                  service[0] + " and the other services",
                  noClasses()
                      .that()
                      .resideInAnyPackage(service)
                      .should()
                      .dependOnClassesThat()
                      .resideInAnyPackage(others));
            });
  }

  @TestFactory
  Stream<DynamicTest> theFoundationsKnowNothingAboveThem() {
    return Stream.of(
        alone("dev.millrace.schemas..", "dev.millrace.schemas.."),
        alone("dev.millrace.runtime..", "dev.millrace.runtime.."),
        alone("dev.millrace.broker..", "dev.millrace.broker.."),
        alone("dev.millrace.tokenizer..", "dev.millrace.tokenizer.."),
        alone("dev.millrace.model..", "dev.millrace.model..", "dev.millrace.schemas.."));
  }

  @TestFactory
  Stream<DynamicTest> enginesStayInTheirRooms() {
    return Stream.of(
        check("models know no Kafka", not("dev.millrace.model..", KAFKA)),
        check("models know no DJL", not("dev.millrace.model..", DJL)),
        check("models know no ONNX Runtime", not("dev.millrace.model..", ONNX_RUNTIME)),
        check("the trainer knows no ONNX Runtime", not("dev.millrace.trainer..", ONNX_RUNTIME)),
        check("the evaluator knows no DJL", not("dev.millrace.evaluator..", DJL)),
        check("the runtime knows no Kafka", not("dev.millrace.runtime..", KAFKA)),
        check("tokenizers know no Kafka", not("dev.millrace.tokenizer..", KAFKA)));
  }

  @Test
  void onlyInputsAndArtifactsKnowObjectStores() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.millrace.ingest..", "dev.millrace.runtime..", "dev.millrace.testkit..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(S3)
        .check(house);
  }

  @Test
  void pureCoresKnowNoKafka() {
    classes()
        .that()
        .resideInAnyPackage(
            "dev.millrace.refinery",
            "dev.millrace.refinery.classifier..",
            "dev.millrace.refinery.code..",
            "dev.millrace.refinery.contamination..",
            "dev.millrace.refinery.dedup..",
            "dev.millrace.refinery.extraction..",
            "dev.millrace.refinery.json..",
            "dev.millrace.refinery.language..",
            "dev.millrace.refinery.lines..",
            "dev.millrace.refinery.normalisation..",
            "dev.millrace.refinery.pii..",
            "dev.millrace.refinery.quality..",
            "dev.millrace.refinery.stage..",
            "dev.millrace.refinery.text..",
            "dev.millrace.refinery.toxicity..",
            "dev.millrace.refinery.url..")
        .and()
        .areTopLevelClasses()
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackages("org.apache.kafka..")
        .check(house);
  }

  private static DynamicTest alone(String room, String... allowed) {
    return check(
        room + " stands alone",
        classes()
            .that()
            .resideInAPackage(room)
            .should()
            .onlyDependOnClassesThat(
                resideOutsideOfPackage("dev.millrace..").or(resideInAnyPackage(allowed))));
  }

  private static ArchRule not(String room, String[] engines) {
    return noClasses()
        .that()
        .resideInAPackage(room)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(engines);
  }

  private static DynamicTest check(String name, ArchRule rule) {
    return DynamicTest.dynamicTest(name, () -> rule.check(house));
  }
}
