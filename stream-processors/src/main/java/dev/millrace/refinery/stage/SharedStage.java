package dev.millrace.refinery.stage;

/** A stage that may judge on several threads at once, because it holds much and changes nothing. */
public interface SharedStage extends Stage {}
