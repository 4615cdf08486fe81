"""What other tools call how a model is trained."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.declaring.other_tools.names import Names, any_of, meant, other_names
from spec_compiler.declaring.plain import is_mapping
from spec_compiler.fixes import Fix, advise, lift, remove
from spec_compiler.spelling import folded

_TRAIN: Names = other_names(
    {
        "labels": "target targets y_true ground_truth y_train label_names gt target_names",
        "loss": "criterion loss_fn objective loss_function losses cost criteria loss_name",
        "metrics": "evaluation scores measures eval_metrics eval_metric",
        "optimizer": "optim opt algorithm",
        "epochs": "num_epochs n_epochs max_epochs nb_epoch num_train_epochs n_epoch",
        "batch_size": "batch per_device_train_batch_size train_batch_size bs minibatch_size "
        "minibatch mini_batch_size",
        "class_weight": "weights_by_class weight_by_class pos_weight",
        "loss_weights": "loss_weight loss_coefficients",
        "initial_weights": "pretrained init_from resume_from fine_tune_from initial_checkpoint "
        "load_from init_weights from_checkpoint start_from pretrained_weights",
        "early_stopping": "early_stop early_stopping_callback",
        "seed": "random_seed random_state manual_seed",
        "validation_split": "val_split test_size validation_fraction holdout val_size val_fraction "
        "validation_size eval_split",
        "validation_data": "val_data eval_data dev_data validation_file val_file validation_set",
    }
)
_MAPPINGS = frozenset({"early_stopping", "loss_weights", "class_weight"})
_SCHEDULES = any_of(
    "scheduler lr_scheduler schedule lr_schedule learning_rate_schedule warmup warmup_steps "
    "lr_scheduler_type warmup_ratio scheduler_type lr_decay warmup_epochs"
)
SCHEDULE = (
    "a schedule is the optimizer's `learning_rate`: `optimizer: {type: adam, learning_rate: "
    "{type: cosine_decay, initial_learning_rate: 0.001, decay_steps: 1000}}`"
)
_KEPT = any_of(
    "checkpoint checkpoints model_checkpoint save_best save_best_only tensorboard csv_logger "
    "logging logger log_dir output_dir save_steps save_strategy checkpoint_dir save_every "
    "logging_steps history report_to wandb mlflow reduce_lr_on_plateau terminate_on_nan "
    "backup_and_restore checkpointing"
)
_RUN_BY = any_of(
    "num_workers device devices gpus accelerator strategy precision fp16 bf16 amp distributed "
    "prefetch drop_last pin_memory max_queue_size use_multiprocessing workers deterministic "
    "profiler mixed_precision_training"
)
_INSIDE = frozenset({"compile", "fit", "compileconfig", "fitconfig", "config", "args", "params"})


def of_training(key: str, given: Mapping[str, object]) -> str | Fix | None:
    """What to write for a key that `train` has not; None where nothing is known of it.

    Args:
        key: What is written.
        given: All that stands beside it.
    """
    value, plain = given.get(key), folded(key)
    if plain in _INSIDE and is_mapping(value) and value:
        words = f"write its keys in `train` itself, without `{key}`"
        return advise(words) if given.keys() & value.keys() else lift(words)
    if plain in _SCHEDULES:
        return advise(SCHEDULE)
    if plain in _KEPT:
        return remove(
            "leave it out: `specc train` keeps the history and what it needs to go on; of Keras's "
            "callbacks there is `early_stopping`"
        )
    if plain in _RUN_BY:
        return remove("leave it out: how it runs is said on the command line, `specc train --help`")
    fix = meant(_TRAIN, key, given)
    if fix is None or (fix.text in _MAPPINGS and not is_mapping(value)):
        return None
    if fix.text == "validation_data" and not isinstance(value, str):
        return None
    return fix
