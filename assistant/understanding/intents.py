"""The exact intent labels, in their four groups, and what each one means for the dialogue."""

from __future__ import annotations

from typing import Final

SHOPPING: Final = (
    "search_products",
    "refine_search",
    "recommend_products",
    "find_similar",
    "compare_products",
    "ask_product",
    "check_availability",
    "explain_recommendation",
    "ask_promotions",
    "give_product_feedback",
    "add_to_cart",
    "update_cart",
    "view_cart",
    "place_order",
)
PROFILE: Final = ("set_preference", "view_profile", "forget_me", "export_my_data")
ORDERS: Final = (
    "track_order",
    "list_orders",
    "cancel_order",
    "change_order",
    "change_shipping_address",
    "change_payment",
    "return_item",
    "exchange_item",
    "request_refund",
    "track_refund",
    "get_invoice",
)
POLICY: Final = (
    "ask_delivery",
    "ask_payment_methods",
    "report_payment_issue",
    "ask_return_policy",
    "ask_cancellation_policy",
    "ask_warranty",
    "file_complaint",
    "leave_review",
    "create_account",
    "edit_account",
    "delete_account",
    "recover_password",
    "registration_problem",
    "switch_account",
    "newsletter",
    "contact_human",
    "ask_contact",
)
CONVERSATION: Final = (
    "greet",
    "thank",
    "goodbye",
    "affirm",
    "deny",
    "correct",
    "ask_capabilities",
)
OUT_OF_SCOPE: Final = "out_of_scope"

INTENTS: Final = (*SHOPPING, *PROFILE, *ORDERS, *POLICY, *CONVERSATION, OUT_OF_SCOPE)
