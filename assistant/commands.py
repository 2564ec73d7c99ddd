"""Which commands `aisle` has beyond those in cli.py: each lives in a module of its own."""

from __future__ import annotations

import typer

from assistant.cli_experiments import experiments_app
from assistant.cli_import import import_command
from assistant.cli_index import index_app
from assistant.cli_models import models_app
from assistant.cli_pricing import pricing_app
from assistant.cli_questions import questions_command
from assistant.cli_recommender import train_recommender
from assistant.cli_retrieval import train_retrieval
from assistant.cli_review import review_command
from assistant.cli_scripts import run_scripts_command
from assistant.cli_search import search_command
from assistant.cli_sponsored import sponsored_app
from assistant.cli_train import evaluate_command, train_app


def register(app: typer.Typer) -> None:
    """Add the commands under the names that other programs rely on."""
    app.command("import")(import_command)
    app.command("search")(search_command)
    app.command("run-scripts")(run_scripts_command)
    app.command("review")(review_command)
    app.command("questions")(questions_command)
    app.command("evaluate")(evaluate_command)
    train_app.command("recommender")(train_recommender)
    train_app.command("retrieval")(train_retrieval)
    app.add_typer(train_app, name="train")
    app.add_typer(models_app, name="models")
    app.add_typer(index_app, name="index")
    app.add_typer(pricing_app, name="pricing")
    app.add_typer(experiments_app, name="experiments")
    app.add_typer(sponsored_app, name="sponsored")
