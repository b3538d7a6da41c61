package dev.millrace.evaluator;

import dev.millrace.evaluator.scoring.Document;
import dev.millrace.schemas.SetKind;
import java.util.List;

/**
 * Documents that are evaluated together.
 *
 * @param name the domain, or the name that the run file gives the file
 */
record TextSet(String name, SetKind kind, List<Document> documents) {}
