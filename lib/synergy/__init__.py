"""A living report on artificial intelligence and the quality of employment: its science.

``from synergy import *`` is a chapter's one preamble line. Importing the package itself costs
nothing: a room is loaded when one of its names is first asked for.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# What `pvar` says is read by the book's readers.
os.environ.setdefault("PVAR_LANGUAGE", "zh")

# The face, by room. A new public name is one word here.
ROOMS: dict[str, tuple[str, ...]] = {
    room: tuple(names.split())
    for room, names in {
        "words": "phrase say",
        "page": "figure numbered",
        "tables": """
            calibration_table contrast grade_table granger_table holding_table indicator_table
            panel_table ranking_table reading_table regional_table repair_table root_table run_table
            stage_counts table variant_table version_table volume_table weight_table
        """,
        "cards": "card",
        "dictionary": """
            NATION Place REGIONS find_place indicators paper_indicators published_table units
        """,
        "faults": "DataError",
        "planning.draft": "draft_plan",
        "planning.plan_file": "read_plan",
        "planning.own_panel": "islands_panel read_own_panel",
        "results": "index_results",
        "plan_tables": """
            coefficient_table gini_table main_names measure_table obstacle_table range_table
            regional_obstacle_table software_reasons software_table software_ways system_tables
            tested_table
        """,
        "obstacles": "main_obstacles obstacle_degrees regional_obstacles",
        "inequality": "dagum_gini gini_by_year",
        "panel": "Coverage Panel demo_panel read_panel",
        "recipe": "Recipe apply_recipe read_recipe read_series",
        "index": "WEIGHT_VARIANTS composite_index entropy_weights normalise",
        "coupling": """
            COUPLING_VARIANTS couple coupling_coordination coupling_degree grade grades
            regional_means stage
        """,
        "uncertainty": "cluster_bootstrap drawn_units",
        "robustness": "compare_couplings compare_software compare_weights leave_one_out",
        "firmness": "key_repair rank_intervals rank_spread standard_results",
        "real": """
            real_bootstrap real_leave_one_out real_obstacles real_provenance real_repairs
            real_results real_runs real_series real_volumes real_weight_variants
        """,
        "price_base": "price_base_holding price_base_scores price_base_story",
        "evidence": "Evidence Request Findings demo_findings findings_of load_evidence",
        "exercises.block": "exercise",
        "exercises.checking": "check",
        "exercises.declared": "declared_exercises",
        "exercises.marking": "mark",
        "exercises.posing": "Posed offered pose",
        "exercises.slides": "exercise_slide",
        "front": "front_findings front_pictures paths_picture",
        "portrait": "leaders neighbours place_lift position_table positions strengths",
        "standings": "joint_change standing",
        "arrows": """
            DRAWN LINEAR confirmed counted joint_tests least_squares_of links_tested origins
        """,
        "system": """
            IDENTIFICATION_LEVEL NAMES OPTIONS UNIT_ROOT estimate_interaction lag_lengths
            published_system rank_p_values serial_correlation small_systems specifications
            systems_of unit_roots
        """,
        "simulation": """
            GMM MATCHED base_case by_chance coefficients_study compared design false_rejections
            linear_study most_by_chance nearest printed_modulus printed_precision printed_stars
            recovery select systems_study true_system truths within_system
        """,
        "claims.auditing": "audit audit_evidence",
        "claims.bounds": """
            degree_ranges growth_ranges labelled_values national_quality_bound northeast_shortfall
            turning_points
        """,
        "claims.calibration": "calibration_report published_values",
        "claims.counts": """
            choose count_issues count_records count_verdicts count_weights decided doubtful
            failed inconsistencies materials mutation_study rows_of tally works_cited
        """,
        "claims.feasibility": "statement_sets",
        "claims.ledger": "expected_counts load_ledger",
        "claims.significance": "star_cells",
        "claims.table4": "eigenvalue_clouds",
        "editions": "compared_editions corrections releases",
        "conclusions": "conclusions_judged contradictions parts_judged",
        "figures.audit": """
            degree_spans document_verdicts eigenvalue_plane forecast_editions growth_spans
            kind_verdicts mark_list panel_verdicts stars_against_t
        """,
        "figures.diagnosis": "gini_lines obstacle_bars",
        "figures.drivers": "scenario_paths sobol_matrix tornado_bars",
        "figures.explorers": "alpha_explorer tile_map",
        "figures.front": "weighted_map",
        "figures.fund": "cohort_bars foundation_bars foundation_table fund_figure record_lines",
        "figures.history": "growth_lines share_lines",
        "figures.money": "payer_bars support_bars",
        "figures.paper": """
            balance_plane coverage_matrix dimension_lines dimension_weights indicator_weights
            leave_one_out_bars paired_paths place_intervals regional_lines system_lines
            unit_bars unit_heatmap unit_intervals variant_means weight_change weight_intervals
        """,
        "figures.places": "divergence_plane risk_explorer risk_map theil_lines",
        "figures.portrait": "compare_places lift_bars place_tiles trajectory_plane",
        "figures.prices": "price_base_figure",
        "figures.responses": "response_explorer share_explorer",
        "figures.slider_figures": "slider_figure",
        "figures.sliders": "declared",
        "figures.system": """
            coefficient_ranges coverage_by_horizon coverage_by_units explosive_shares
            granger_graph modulus_ranges root_plane
        """,
        "figures.thresholds": "threshold_rows",
        "links": "HORIZON SIGNIFICANT granger_frame response_clarity share_spans",
        "policy": "defaults evaluate parameter_table settled",
        "policy.assessment": "job_effect sparing_elasticity",
        "policy.direction": "escape_wedge resting_shares",
        "policy.foundations": "later later_drivers ratio_in spread_of today",
        "policy.fund": "course fund_of ledger_of mean_wage_growth",
        "policy.growth": "growth_accounting index_path investment_jobs median_pay_growth",
        "policy.history": "employment_elasticity flow_of_funds labour_history recoveries",
        "policy.insurance": """
            account_share contribution_base finance_mix first_pension generation_ledger life_course
            outsourced_share pay_as_you_go span_after_cut
        """,
        "policy.levers": """
            best_levy exposed_still_at_work learning_ladder levy_on_equipment
            peak_levy replacing_wage restoring_subsidy steering_wedge subsidised_part
            tax_balance
        """,
        "policy.net": """
            certificate_value displaced_backlog job_mismatch retraining_value safety_net
            skill_account skill_race static_costs
        """,
        "policy.official": "gdp_in_yuan nation_in_yuan official",
        "policy.outlook": "OUTCOMES firm_edge",
        "policy.places": """
            divergence left_out levers moved place_profile rank_freedom rank_ranges regional_risk
            regional_start theil_decomposition
        """,
        "policy.population": "dependency_path",
        "policy.public_money": """
            change_in_mix first_payers insuring_rent_share required_rental sovereign_fund
            years_until_paying
        """,
        "policy.record": "backcast forecasts official_record payers_per_pensioner",
        "policy.scenarios": """
            builtin_scenarios finance_account levelling load_scenario run_scenario
        """,
        "policy.sensitivity": "drivers narrowing outlook_draws outlook_drivers",
        "policy.studies": "sign_counts study_list study_table",
        "policy.support": "benefit_over_income insured_jobless support_by_work",
        "policy.thresholds": "thresholds",
        "policy.work": """
            ai_cost_path break_even_saving bundled_wage_elasticity lag_gap overtaking_year
            task_losses task_path task_wage_effect transmission_path wage_cap
        """,
        "policy_tables": """
            assumption_counts assumption_list finance_table headline_table levy_bases levy_receipts
            levy_table scenario_table settled_table wage_table wage_test
        """,
        "scorecard": "ledger_table",
        "sessions": "session timetable",
    }.items()
}

# Room by name.
HOME = {name: room for room, names in ROOMS.items() for name in names}

__all__ = sorted(HOME)


def __getattr__(name: str) -> Any:
    if name not in HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOME[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *HOME]


# A notebook that no press runs: what chapters show is turned there into what any notebook shows.
if _shell := getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)():
    import_module(f"{__name__}.notebook.display").follow(_shell)
