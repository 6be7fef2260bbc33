"""The hospital: appointments, health records, symptoms and first aid."""

from __future__ import annotations

from string import digits
from typing import Any

from envs.types import JSON, ToolError
from eval.api_bank.tools.base import CheckCrash, Result, ToolSet, api, invented
from eval.api_bank.tools.checks import compare, lowered, same_input, stripped, uppered
from eval.api_bank.tools.times import (
    DATE,
    TIME,
    normal,
    padded,
    read,
    same_date,
    same_time,
)

_APPOINTMENT = {"patient_name": stripped, "date": same_date, "doctor_name": stripped}


def _registered(response: Result, truth: Result) -> bool:
    if truth["output"] is None and response["output"] is not None:
        return False
    return bool(
        same_input(_APPOINTMENT, response, truth) and response["exception"] == truth["exception"]
    )


def _optional_date(value: str | None) -> object:
    return None if value is None else same_date(value)


def _optional(value: str | None) -> str | None:
    return None if value is None else value.strip()


def _symptom(value: str) -> str:
    if not value.strip():
        raise CheckCrash("it raises over a blank symptom")
    return lowered(value)


class HealthTools(ToolSet):
    """Hospital and health."""

    @api("AppointmentRegistration", _registered)
    def appointment_registration(self, patient_name: str, date: str, doctor_name: str) -> JSON:
        """Make an appointment at the hospital and return its ID.

        Args:
            patient_name: Name of the patient.
            date: Day of the appointment, as %Y-%m-%d.
            doctor_name: Name of the doctor.
        """
        patient, doctor = patient_name.strip(), doctor_name.strip()
        if not patient or not doctor:
            raise ToolError("Patient name or doctor name cannot be empty.")
        date = normal(date, DATE)
        appointments = self.data("Appointments")
        for record in appointments.values():
            if record["patient_name"] == patient and record["date"] == date:
                if record["doctor_name"] == doctor:
                    raise ToolError("This appointment has already been registered.")
                raise ToolError("This patient has already been registered in this day.")
        id = invented(digits, 8, patient, date, doctor)
        while id in appointments:
            id = invented(digits, 8, id)
        id = self.recorded if isinstance(self.recorded, str) else id
        appointments[id] = {"patient_name": patient, "date": date, "doctor_name": doctor}
        return id

    @api("QueryRegistration", compare(patient_name=stripped, date=same_date))
    def query_registration(self, patient_name: str, date: str) -> JSON:
        """Return a patient's appointments on a day, by ID.

        Args:
            patient_name: Name of the patient.
            date: The day, as %Y-%m-%d.
        """
        patient, date = patient_name.strip(), normal(date, DATE)
        found = {
            id: record
            for id, record in self.data("Appointments").items()
            if record["patient_name"] == patient and record["date"] == date
        }
        if not found:
            raise ToolError("No appointments found.")
        return found

    @api("CancelRegistration", compare(appointment_id=stripped))
    def cancel_registration(self, appointment_id: str) -> JSON:
        """Cancel an appointment.

        Args:
            appointment_id: ID of the appointment.
        """
        if self.data("Appointments").pop(appointment_id.strip(), None) is None:
            raise ToolError("The appointment ID is incorrect.")
        return "success"

    @api(
        "ModifyRegistration",
        compare(
            appointment_id=stripped,
            new_appointment_date=_optional_date,
            new_appointment_doctor=_optional,
        ),
    )
    def modify_registration(
        self,
        appointment_id: str,
        new_appointment_date: str | None = None,
        new_appointment_doctor: str | None = None,
    ) -> JSON:
        """Change the day or the doctor of an appointment, or both.

        Args:
            appointment_id: ID of the appointment.
            new_appointment_date: Its day from now on, as %Y-%m-%d.
            new_appointment_doctor: Its doctor from now on.
        """
        record = self.data("Appointments").get(appointment_id.strip())
        if record is None:
            raise ToolError("The appointment ID does not exist.")
        changes = {}
        if new_appointment_doctor is not None:
            changes["doctor_name"] = new_appointment_doctor.strip()
            if not changes["doctor_name"]:
                raise ToolError("Fail because the doctor name is empty.")
        if new_appointment_date is not None:
            changes["date"] = normal(new_appointment_date, DATE)
        same = [name for name, value in changes.items() if record[name] == value]
        if not changes or len(same) == 2:
            raise ToolError("Fail because no modification is made.")
        if same:
            what = "doctor" if same == ["doctor_name"] else "date"
            raise ToolError(f"Fail because {what} is not changed.")
        record.update(changes)
        return "success"

    # --- health records

    @api("RecordHealthData", compare(user_id=uppered, time=same_time))
    def record_health_data(
        self, user_id: str, time: str, health_data: list[dict[str, Any]] | None = None
    ) -> JSON:
        """Keep measurements of a user's health.

        Args:
            user_id: ID of the user.
            time: When it was measured, as %Y-%m-%d %H:%M:%S.
            health_data: Measurements, such as [{"name": "heart_rate", "value": "80"}].
        """
        user = uppered(user_id)
        if not user:
            raise ToolError("The user id cannot be empty.")
        time = normal(time, TIME)
        if not health_data:
            raise ToolError("The health data cannot be empty.")
        measured: dict[str, Any] = {}
        for item in health_data:
            if not (isinstance(item, dict) and "name" in item):
                raise ToolError("The health data has invalid format.")
            if item["name"] in measured:
                raise ToolError("The health data cannot contain duplicate items.")
            if "value" not in item:
                raise ToolError("'value'")
            measured[str(item["name"])] = item["value"]
        records = self.data("HealthData").setdefault(user, [])
        for record in records:
            if record["time"] == time:
                record.update(measured)
                return "success"
        records.append({"time": time, **measured})
        return "success"

    @api("QueryHealthData", compare(user_id=uppered, start_time=same_time, end_time=same_time))
    def query_health_data(self, user_id: str, start_time: str, end_time: str) -> JSON:
        """Return what was measured of a user's health in a span of time.

        Args:
            user_id: ID of the user, in any case.
            start_time: Start of the span, as %Y-%m-%d %H:%M:%S.
            end_time: End of the span, as %Y-%m-%d %H:%M:%S.
        """
        user = uppered(user_id)
        if not user:
            raise ToolError("The user id cannot be empty.")
        times, errors = [], []
        for text in (start_time, end_time):
            try:
                times.append(read(padded(text.strip()), TIME))
            except ToolError as error:
                errors.append(str(error))
        if errors:
            raise ToolError("; ".join(errors))
        start, end = times
        if start > end:
            raise ToolError("The start time cannot be later than the end time.")
        records = self.data("HealthData").get(user)
        if records is None:
            raise ToolError("The user id does not exist.")
        found = [record for record in records if start <= read(record["time"], TIME) <= end]
        if not found:
            raise ToolError("There is no health data in the given time span.")
        return found

    # --- knowledge

    @api("SymptomSearch", compare(symptom=_symptom))
    def symptom_search(self, symptom: str) -> JSON:
        """Return the illnesses that a symptom may come from, with descriptions.

        Args:
            symptom: The symptom.
        """
        if not symptom.strip():
            raise ToolError("The symptom cannot be empty.")
        return self._illnesses(symptom, "description")

    @api("EmergencyKnowledge", compare(symptom=_symptom))
    def emergency_knowledge(self, symptom: str) -> JSON:
        """Return first aid for the illnesses that a symptom may come from.

        Args:
            symptom: The symptom.
        """
        if not symptom.strip():  # a slip of the official code, kept to the letter
            raise ToolError("'Exception' object has no attribute 'lower'")
        return self._illnesses(symptom, "aid")

    def _illnesses(self, symptom: str, part: str) -> JSON:
        found = self.data("Symptom").get(lowered(symptom))
        if found is None:
            raise ToolError("The symptom does not exist.")
        return [{"name": illness["name"], part: illness[part]} for illness in found]
