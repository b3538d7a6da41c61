package dev.millrace.ingest.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LicencesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Apache License, Version 2.0, January 2004 | Apache-2.0
          Mozilla Public License Version 2.0 | MPL-2.0
          GNU GENERAL PUBLIC LICENSE Version 2, June 1991 | GPL-2.0
          GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007 | GPL-3.0
          GNU LESSER GENERAL PUBLIC LICENSE Version 2.1, February 1999 | LGPL-2.1
          GNU Lesser General Public License Version 3 ... the GNU General Public License Version 3 | LGPL-3.0
          GNU AFFERO GENERAL PUBLIC LICENSE Version 3, 19 November 2007 | AGPL-3.0
          This is free and unencumbered software released into the public domain. | Unlicense
          (c) X. Permission is hereby granted, free of charge, to any person obtaining a copy | MIT
          Permission to use, copy, modify, and/or distribute this software for any purpose | ISC
          Redistribution and use in source and binary forms, with or without | BSD-2-Clause
          Redistribution and use in source and binary forms. may be used to endorse or promote | BSD-3-Clause
          Redistribution and use in source and binary forms. All advertising materials | BSD-4-Clause
          """)
  void tellsALicenceByItsWords(String text, String id) {
    assertEquals(Optional.of(id), Licences.of(text));
  }

  @Test
  void claimsNothingForOtherTexts() {
    assertEquals(Optional.empty(), Licences.of("All rights reserved."));
    assertEquals(Optional.empty(), Licences.of(""));
  }

  @Test
  void namesBothWhereAFolderHasTwo() {
    Licences licences = new Licences();
    licences.add("p/LICENSE-APACHE", "Apache License Version 2.0");
    licences.add(
        "p/LICENSE-MIT",
        "Permission is hereby granted, free of charge, to any person obtaining a copy");
    licences.add("p/LICENSE", "Apache License Version 2.0");
    assertEquals(Optional.of("Apache-2.0, MIT"), licences.ofPath("p/src/a.rs"));
    assertEquals(Optional.empty(), licences.ofPath("q/a.rs"));
  }

  @Test
  void knowsALicenceFileByItsName() {
    for (String path :
        List.of("LICENSE", "a/licence.md", "COPYING.LESSER", "UNLICENSE", "LICENSE-MIT")) {
      assertTrue(Licences.isLicence(path), path);
    }
    for (String path :
        List.of("License.java.html.x/a", "LicenseManager", "a/relicense.txt", "COPY")) {
      assertFalse(Licences.isLicence(path), path);
    }
  }
}
