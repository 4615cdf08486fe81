"""Plans: a program made ready for one set of sizes, so that a run does nothing but compute."""
