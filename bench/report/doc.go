// Package report is what the benchmark found: files of JSON with every number, and of these a page with tables, plots and
// what they say about the project's goals.
package report
