"""Mutation run: changes places of lib/orglife one at a time and looks whether a test fails: ``make mutants``.

Draws places by a seed: a comparison is flipped, a part of a condition is dropped, a number is changed by one. Everything
happens in temporary copies of the checkout, never in the checkout itself.

First the quick tests run once with a probe at every place, which writes down the tests that reach it, in child processes
too. This map stays in ``.mutants/reach.json``: a later run only measures test files that changed. Then each change is made
alone, and the tests that reach it run, those of its room and the shortest first, until one fails. A place outside of all
functions runs on import: there the tests of its room run.
"""
