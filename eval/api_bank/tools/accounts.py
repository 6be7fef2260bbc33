"""Users, their passwords and tokens, and their bank accounts."""

from __future__ import annotations

import string

from envs.types import JSON, ToolError
from eval.api_bank.tools.base import Result, ToolSet, api, invented
from eval.api_bank.tools.checks import compare, strict, stripped

VERIFICATION_CODE = 970420
TOKEN_LENGTH = 18


def _registered(response: Result, truth: Result) -> bool:
    if truth["output"] is None and response["output"] is not None:
        return False
    return bool(response["input"] == truth["input"] and response["exception"] == truth["exception"])


class AccountTools(ToolSet):
    """Accounts and what other tools ask of them."""

    def user(self, token: str) -> str:
        """The user that a token belongs to.

        Raises:
            ToolError: nobody has it.
        """
        for name, account in self.data("Account").items():
            if account["token"] == token:
                return str(name)
        raise ToolError("The token is invalid.")

    @api("GetUserToken", strict)
    def get_user_token(self, username: str, password: str) -> JSON:
        """Log a user in and return the token that other tools ask for.

        Args:
            username: Name of the user.
            password: Password of the user.
        """
        account = self.data("Account").get(username)
        if account is None:
            raise ToolError("The username does not exist.")
        if account["password"] != password:
            raise ToolError("The password is incorrect.")
        return {"token": account["token"]}

    @api("CheckToken", strict, named=False)
    def check_token(self, token: str) -> JSON:
        """Say which user a token belongs to.

        Args:
            token: The token.
        """
        return {"username": self.user(token)}

    @api("RegisterUser", _registered, named=False)
    def register_user(self, username: str, password: str, email: str) -> JSON:
        """Create an account and return its token.

        Args:
            username: Name of the new user.
            password: Password of the new user.
            email: Email address of the new user.
        """
        accounts = self.data("Account")
        if username in accounts:
            raise ToolError("The username already exists.")
        letters = string.ascii_lowercase + string.digits
        token = invented(letters, TOKEN_LENGTH, username, password, email)
        if isinstance(self.recorded, dict):
            token = str(self.recorded.get("token", token))
        accounts[username] = {"password": password, "token": token, "email": email}
        return {"token": token}

    @api("DeleteAccount", strict, named=False)
    def delete_account(self, token: str) -> JSON:
        """Delete the account of a user.

        Args:
            token: Token of the user.
        """
        del self.data("Account")[self.user(token)]
        return {"status": "success"}

    @api("ModifyPassword", strict)
    def modify_password(self, token: str, old_password: str, new_password: str) -> JSON:
        """Change the password of an account.

        Args:
            token: Token of the user.
            old_password: The present password.
            new_password: The password from now on.
        """
        account = self.data("Account")[self.user(token)]
        if account["password"] != old_password:
            raise ToolError("The old password is incorrect.")
        account["password"] = new_password
        return {"status": "success"}

    @api("ForgotPassword", strict, named=False, told="given")
    def forgot_password(
        self,
        status: str,
        username: str | None = None,
        email: str | None = None,
        verification_code: int | None = None,
        new_password: str | None = None,
    ) -> JSON:
        """Reset a forgotten password in two calls: ask for a code, then use it.

        Args:
            status: 'Forgot Password' in the first call, 'Verification Code' in the second.
            username: Name of the user; in the first call.
            email: Email address of the user; in the first call.
            verification_code: The code that the first call returned; in the second call.
            new_password: The password from now on; in the second call.
        """
        reset = self.data("PasswordReset")
        if status == "Forgot Password":
            if username is None or email is None:
                raise ToolError("The username and email are required for the first call.")
            account = self.data("Account").get(username)
            if account is None:
                raise ToolError("The username does not exist.")
            if account["email"] != email:
                raise ToolError("The email is incorrect.")
            reset["username"] = username
            return VERIFICATION_CODE
        if status != "Verification Code":
            raise ToolError("The status is only 'Forgot Password' or 'Verification Code'.")
        if "username" not in reset:
            raise ToolError("You need to call the API with status 'Forgot Password' at first.")
        if new_password is None or verification_code is None:
            raise ToolError(
                "The new password and verification code are required for the second call."
            )
        if verification_code != VERIFICATION_CODE:
            raise ToolError("The verification code is incorrect.")
        account = self.data("Account").get(reset["username"])
        if account is None:
            raise ToolError(repr(reset["username"]))
        account["password"] = new_password
        return "success"

    @api("QueryBalance", compare(token=stripped))
    def query_balance(self, token: str) -> JSON:
        """Return how much money a user has in the bank.

        Args:
            token: Token of the user.
        """
        try:
            user = self.user(token)
        except ToolError:
            raise ToolError("The token is incorrect.") from None
        account = self.data("Bank").get(user)
        if account is None:
            raise ToolError("The user does not have an account.")
        return account["balance"]

    @api("OpenBankAccount", strict)
    def open_bank_account(self, account: str, password: str, name: str) -> JSON:
        """Open a bank account.

        Args:
            account: Name of the new bank account.
            password: Password of the new bank account.
            name: Name of its holder.
        """
        accounts = self.data("BankAccounts")
        if account in accounts:
            return "failed"
        accounts[account] = {"password": password, "name": name}
        return "success"
