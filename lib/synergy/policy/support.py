"""What a safety net pays because a job was lost, and what unemployment insurance pays today."""

from __future__ import annotations

from typing import NamedTuple

from synergy.policy.net import mean_supplement
from synergy.policy.official import official
from synergy.policy.symbols import Values


class Support(NamedTuple):
    """What a person may expect from each layer, over mean earnings.

    The basic income comes with a job and without, the supplement only with one, the public job
    only without.
    """

    basic_income: Values
    supplement: Values
    public_job: Values

    @property
    def at_work(self) -> Values:
        """What those get who kept their job."""
        return self.basic_income + self.supplement

    @property
    def displaced(self) -> Values:
        """What those get who lost it."""
        return self.basic_income + self.public_job

    @property
    def insured(self) -> Values:
        """What losing the job adds; the basic income drops out."""
        return self.public_job - self.supplement

    @property
    def insures(self) -> bool:
        """Whether losing the job adds at least a quarter of what the displaced get."""
        return bool(self.insured >= self.displaced / 4)


def support_by_work(
    *,
    income_gini: Values,
    region_share: Values,
    basic_income: Values,
    retraining_reach: Values,
    supplement_rate: Values,
    supplement_peak: Values,
    phase_out_start: Values,
    phase_out_rate: Values,
    public_job_places: Values,
    public_job_wage: Values,
) -> Support:
    r"""Compare what the three layers pay to those who lost their job and to those who kept it.

    A net insures against displacement by what it pays because of it; what it pays to all is
    redistribution between regions and incomes, whatever happens to jobs.

    Notes
    -----
    At work :math:`\rho_r b + \rho E[S]`, displaced :math:`\rho_r(b+\kappa w_p)`. Averages over
    region, retraining and earnings, which are independent of each other.
    """
    supplement = mean_supplement(
        income_gini=income_gini,
        supplement_rate=supplement_rate,
        supplement_peak=supplement_peak,
        phase_out_start=phase_out_start,
        phase_out_rate=phase_out_rate,
    )
    return Support(
        basic_income=region_share * basic_income,
        supplement=retraining_reach * supplement,
        public_job=region_share * public_job_places * public_job_wage,
    )


def insured_jobless() -> float:
    """Share of the urban unemployed who draw unemployment benefit."""
    rate = official("urban_unemployment").value
    jobless = official("urban_employed").value * rate / (1 - rate)
    return official("unemployment_recipients").value / jobless


def benefit_over_income() -> float:
    """A year of unemployment benefit over mean disposable income."""
    return 12 * official("unemployment_benefit").value / 1e4 / official("mean_income").value
