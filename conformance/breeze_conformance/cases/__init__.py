"""The cases, one module for each conversation and role. Importing a module registers its cases."""
