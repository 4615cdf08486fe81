"""Reading other programs' models: one foreign format a module, static, no code run."""
