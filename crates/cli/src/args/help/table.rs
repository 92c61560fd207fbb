//! Which message explains what. A command is named by its words, an argument by a slash and the name of its field behind
//! those, and a value of one by that and `=`. `*` is any command.

use messages::{Text, text};

/// A name, and the message that explains it.
pub(super) type Entry = (&'static str, fn() -> Text);

pub(super) const HELP: [Entry; 152] = [
    ("", || text::HelpGatelodge.into()),
    ("account", || text::HelpAccount.into()),
    ("account list", || text::HelpAccountList.into()),
    ("account lock", || text::HelpAccountLock.into()),
    ("account lock/account", || text::HelpAnyListedAccount.into()),
    ("account name", || text::HelpAccountName.into()),
    ("account name/account", || text::HelpAnyListedAccount.into()),
    ("account name/new", || text::HelpAccountNameNew.into()),
    ("account unlock", || text::HelpAccountUnlock.into()),
    ("add", || text::HelpAdd.into()),
    ("add/url", || text::HelpAnyAddress.into()),
    ("agent", || text::HelpAgent.into()),
    ("agent add", || text::HelpAgentAdd.into()),
    ("agent add/name", || text::HelpAgentAddName.into()),
    ("agent list", || text::HelpAgentList.into()),
    ("agent new-key", || text::HelpAgentNewKey.into()),
    ("agent permit", || text::HelpAgentPermit.into()),
    ("agent permit/scope", || text::HelpAgentPermitScope.into()),
    ("agent permit/until", || text::HelpAgentPermitUntil.into()),
    ("agent remove", || text::HelpAgentRemove.into()),
    ("agent rename", || text::HelpAgentRename.into()),
    ("agent unpermit", || text::HelpAgentUnpermit.into()),
    ("answer", || text::HelpAnswer.into()),
    ("answer/callback_url", || text::HelpAnswerCallbackUrl.into()),
    ("call", || text::HelpCall.into()),
    ("call/method", || text::HelpCallMethod.into()),
    ("call/params", || text::HelpCallParams.into()),
    ("client", || text::HelpClient.into()),
    ("client forget", || text::HelpClientForget.into()),
    ("client forget/id", || text::HelpClientForgetId.into()),
    ("client forget/yes", || text::HelpClientForgetYes.into()),
    ("client list", || text::HelpClientList.into()),
    ("client set", || text::HelpClientSet.into()),
    ("client set/auth", || text::HelpClientSetAuth.into()),
    ("client set/client_id", || {
        text::HelpClientSetClientId.into()
    }),
    ("client set/key_id", || text::HelpClientSetKeyId.into()),
    ("client set/private_key_file", || {
        text::HelpClientSetPrivateKeyFile.into()
    }),
    ("client set/redirect", || text::HelpClientSetRedirect.into()),
    ("client show", || text::HelpClientShow.into()),
    ("client-metadata", || text::HelpClientMetadata.into()),
    ("client-metadata/clear", || {
        text::HelpClientMetadataClear.into()
    }),
    ("client-metadata/save", || {
        text::HelpClientMetadataSave.into()
    }),
    ("client-metadata/url", || text::HelpClientMetadataUrl.into()),
    ("concede", || text::HelpConcede.into()),
    ("concede/names", || text::HelpConcedeNames.into()),
    ("concessions", || text::HelpConcessions.into()),
    ("demo", || text::HelpDemo.into()),
    ("demo/browser", || text::HelpDemoBrowser.into()),
    ("demo/home", || text::HelpDemoHome.into()),
    ("demo/provider", || text::HelpDemoProvider.into()),
    ("doctor", || text::HelpDoctor.into()),
    ("doctor/concede", || text::HelpDoctorConcede.into()),
    ("doctor/format", || text::HelpDoctorFormat.into()),
    ("doctor/url", || text::HelpAnyAddress.into()),
    ("endpoints", || text::HelpEndpoints.into()),
    ("endpoints/authorization", || {
        text::HelpEndpointsAuthorization.into()
    }),
    ("endpoints/forget", || text::HelpEndpointsForget.into()),
    ("endpoints/issuer", || text::HelpEndpointsIssuer.into()),
    ("endpoints/revocation", || {
        text::HelpEndpointsRevocation.into()
    }),
    ("endpoints/server", || text::HelpEndpointsServer.into()),
    ("endpoints/token", || text::HelpEndpointsToken.into()),
    ("events", || text::HelpEvents.into()),
    ("events/agent", || text::HelpEventsAgent.into()),
    ("events/follow", || text::HelpEventsFollow.into()),
    ("events/limit", || text::HelpEventsLimit.into()),
    ("events/server", || text::HelpEventsServer.into()),
    ("header", || text::HelpHeader.into()),
    ("list", || text::HelpList.into()),
    ("login", || text::HelpLogin.into()),
    ("login/account", || text::HelpLoginAccount.into()),
    ("login/account_name", || text::HelpLoginAccountName.into()),
    ("login/another", || text::HelpLoginAnother.into()),
    ("login/browser", || text::HelpLoginBrowser.into()),
    ("login/client_credentials", || {
        text::HelpLoginClientCredentials.into()
    }),
    ("login/consent", || text::HelpLoginConsent.into()),
    ("login/device", || text::HelpLoginDevice.into()),
    ("login/hint", || text::HelpLoginHint.into()),
    ("login/no_browser", || text::HelpLoginNoBrowser.into()),
    ("login/paste", || text::HelpLoginPaste.into()),
    ("login/provider", || text::HelpLoginProvider.into()),
    ("login/redirect", || text::HelpLoginRedirect.into()),
    ("login/register_by", || text::HelpLoginRegisterBy.into()),
    ("login/scope", || text::HelpLoginScope.into()),
    ("login/select_account", || {
        text::HelpLoginSelectAccount.into()
    }),
    ("login/workload", || text::HelpLoginWorkload.into()),
    ("provider", || text::HelpProvider.into()),
    ("provider list", || text::HelpProviderList.into()),
    ("provider remove", || text::HelpProviderRemove.into()),
    ("provider remove/issuer", || {
        text::HelpProviderRemoveIssuer.into()
    }),
    ("provider set", || text::HelpProviderSet.into()),
    ("provider set/client_id", || {
        text::HelpProviderSetClientId.into()
    }),
    ("provider set/issuer", || text::HelpProviderSetIssuer.into()),
    ("receipts", || text::HelpReceipts.into()),
    ("receipts/server", || text::HelpReceiptsServer.into()),
    ("refresh", || text::HelpRefresh.into()),
    ("remove", || text::HelpRemove.into()),
    ("remove/let_go", || text::HelpRemoveLetGo.into()),
    ("rename", || text::HelpRename.into()),
    ("rename/name", || text::HelpAnyNewName.into()),
    ("revoke", || text::HelpRevoke.into()),
    ("revoke/let_go", || text::HelpRevokeLetGo.into()),
    ("revoke/retry", || text::HelpRevokeRetry.into()),
    ("scopes", || text::HelpScopes.into()),
    ("scopes/automatic", || text::HelpScopesAutomatic.into()),
    ("scopes/none", || text::HelpScopesNone.into()),
    ("scopes/set", || text::HelpScopesSet.into()),
    ("serve", || text::HelpServe.into()),
    ("serve/locked", || text::HelpServeLocked.into()),
    ("show", || text::HelpShow.into()),
    ("token", || text::HelpToken.into()),
    ("vault", || text::HelpVault.into()),
    ("vault confirm", || text::HelpVaultConfirm.into()),
    ("vault create", || text::HelpVaultCreate.into()),
    ("vault create/anew", || text::HelpVaultCreateAnew.into()),
    ("vault create/passphrase", || {
        text::HelpVaultCreatePassphrase.into()
    }),
    ("vault lock", || text::HelpVaultLock.into()),
    ("vault status", || text::HelpVaultStatus.into()),
    ("vault unlock", || text::HelpVaultUnlock.into()),
    ("withdraw", || text::HelpWithdraw.into()),
    ("withdraw/name", || text::HelpWithdrawName.into()),
    ("help", || text::HelpHelp.into()),
    ("*/account", || text::HelpAnyAccount.into()),
    ("*/agent", || text::HelpAnyAgent.into()),
    ("*/ask_secret", || text::HelpAnyAskSecret.into()),
    ("*/concede", || text::HelpAnyConcede.into()),
    ("*/help", || text::HelpAnyHelp.into()),
    ("*/json", || text::HelpAnyJson.into()),
    ("*/key_file", || text::HelpAnyKeyFile.into()),
    ("*/lang", || text::HelpAnyLang.into()),
    ("*/min_valid", || text::HelpTokenMinValid.into()),
    ("*/name", || text::HelpAnyName.into()),
    ("*/new", || text::HelpAnyNewName.into()),
    ("*/secret_file", || text::HelpAnySecretFile.into()),
    ("*/server", || text::HelpAnyServer.into()),
    ("*/version", || text::HelpAnyVersion.into()),
    ("*/write_key", || text::HelpAnyWriteKey.into()),
    ("*/yes", || text::HelpAnyYes.into()),
    ("*/auth=basic", || text::HelpClientSetAuthBasic.into()),
    ("*/auth=none", || text::HelpClientSetAuthNone.into()),
    ("*/auth=post", || text::HelpClientSetAuthPost.into()),
    ("*/auth=private_key_jwt", || {
        text::HelpClientSetAuthPrivateKeyJwt.into()
    }),
    ("*/format=diagram", || text::HelpDoctorFormatDiagram.into()),
    ("*/format=json", || text::HelpDoctorFormatJson.into()),
    ("*/format=mermaid", || text::HelpDoctorFormatMermaid.into()),
    ("*/format=report", || text::HelpDoctorFormatReport.into()),
    ("*/format=text", || text::HelpDoctorFormatText.into()),
    ("*/redirect=deep-link", || text::HelpRedirectDeepLink.into()),
    ("*/redirect=localhost", || {
        text::HelpRedirectLocalhost.into()
    }),
    ("*/redirect=loopback", || text::HelpRedirectLoopback.into()),
    ("*/register_by=dynamic", || {
        text::HelpLoginRegisterByDynamic.into()
    }),
    ("*/register_by=metadata-document", || {
        text::HelpLoginRegisterByMetadataDocument.into()
    }),
    ("*/register_by=pre-registered", || {
        text::HelpLoginRegisterByPreRegistered.into()
    }),
];

/// Below what a command takes.
pub(super) const MORE: [Entry; 2] = [
    ("revoke", || text::HelpRevokeMore.into()),
    ("vault unlock", || text::HelpVaultUnlockMore.into()),
];

/// What each exit status means.
pub(super) const STATUSES: [(u8, fn() -> Text); 19] = [
    (0, || text::HelpStatusDone.into()),
    (1, || text::HelpStatusFault.into()),
    (2, || text::HelpStatusUsage.into()),
    (3, || text::HelpStatusOutput.into()),
    (10, || text::HelpStatusAddress.into()),
    (11, || text::HelpStatusNotFound.into()),
    (12, || text::HelpStatusNoServer.into()),
    (13, || text::HelpStatusUnreachable.into()),
    (14, || text::HelpStatusUnsafe.into()),
    (15, || text::HelpStatusClient.into()),
    (16, || text::HelpStatusSignIn.into()),
    (17, || text::HelpStatusEndpoint.into()),
    (20, || text::HelpStatusSignInNeeded.into()),
    (21, || text::HelpStatusVaultClosed.into()),
    (22, || text::HelpStatusVaultUnusable.into()),
    (23, || text::HelpStatusAccess.into()),
    (24, || text::HelpStatusAgent.into()),
    (25, || text::HelpStatusUnproven.into()),
    (26, || text::HelpStatusForbidden.into()),
];
