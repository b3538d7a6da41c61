/** What each service may do in a Kafka that lets nobody do what no ACL allows. */
@NullMarked
package dev.millrace.cli.acls;

import org.jspecify.annotations.NullMarked;
