"""The Chinese words of kinds of offices and of roles, for people."""

from backend.access import Role

KINDS = {
    "city": "市",
    "county": "县（市、区）",
    "zone": "功能区",
    "township": "乡镇（街道）",
    "committee": "村（社区）",
    "department": "部门",
    "service_hall": "服务大厅",
}
ROLES = {
    Role.CLERK: "经办人",
    Role.APPROVER: "负责人（签批）",
    Role.TOWN_REVIEWER: "乡镇（街道）复核人",
    Role.COUNTER: "窗口人员",
    Role.DEPARTMENT_OFFICER: "部门经办",
    Role.JUSTICE_REVIEWER: "司法局审查员",
    Role.AUDITOR: "审计",
    Role.ORGANISATION_ADMIN: "机构管理员",
    Role.CITY_ADMIN: "市级管理员",
}
