import Settings
import Testing

/// Contexts, and the secrets that they do not hold.
struct ContextTests {
    private static let file = """
        current-context: prod
        contexts:
          prod:
            url: amqps://rabbit.example.com:5671
            management-url: https://rabbit.example.com:15671
            user: ops
            password: ${PROD_PASSWORD}
            tls: {ca: ca.pem, certificate: c.pem, key: k.pem}
            vhost: shop
            readOnly: true
            protected: yes
            colour: red
          laptop: {url: "amqp://127.0.0.1:5672", password-file: /run/secret}
        """

    @Test("A context has all that it is given, in the order of the file")
    func contexts() throws {
        let settings = try SettingsReaderTests.settings(Self.file)
        #expect(settings.currentContext == "prod")
        #expect(
            settings.contexts == [
                ContextSettings(
                    name: "prod", url: "amqps://rabbit.example.com:5671",
                    managementURL: "https://rabbit.example.com:15671", user: "ops",
                    password: .environment("PROD_PASSWORD"),
                    tls: TLSFiles(certificate: "c.pem", key: "k.pem", authority: "ca.pem"),
                    virtualHost: "shop", isReadOnly: true, isProtected: true, colour: .red),
                ContextSettings(
                    name: "laptop", url: "amqp://127.0.0.1:5672", password: .file("/run/secret")),
            ])
        #expect(try settings.context(named: "laptop").password == .file("/run/secret"))
        #expect(throws: SettingProblem.noSuchContext("x", known: ["prod", "laptop"])) {
            try settings.context(named: "x")
        }
    }

    @Test("Who names no password is asked for it")
    func prompt() throws {
        let text = "contexts: {a: {url: 'amqp://h'}}"
        #expect(try SettingsReaderTests.settings(text).contexts[0].password == .prompt)
    }

    @Test(
        "A secret in the file is refused, and not repeated",
        arguments: [
            "{url: 'amqp://h', password: hunter2}", "{url: 'amqp://u:hunter2@h:5672/v'}",
            "{url: 'amqp://h', management-url: 'https://u:hunter2@h'}",
            "{url: 'hunter2://h'}", "{url: 'amqp://u:hun/ter2@h'}",
            "{url: 'amqp://h', password: '${A}', password-file: /hunter2}",
            "{url: 'amqp://h hunter2'}",
        ])
    func secrets(context: String) {
        let said = SettingsReaderTests.problem("contexts:\n  prod: \(context)")
        #expect(said.hasPrefix("c.yaml, line 2: 'contexts.prod."))
        #expect(said.contains("cannot be used. Allowed: "))
        #expect(!said.contains("hunter2") && !said.contains("ter2"))
    }

    @Test("What is wrong with a context is named with its key")
    func problems() {
        func said(_ context: String) -> String {
            SettingsReaderTests.problem("contexts:\n  prod: \(context)")
        }
        #expect(said("{user: a}").contains("'contexts.prod.url' is missing"))
        #expect(
            said("{url: 'amqp://h', colour: pink}")
                == "c.yaml, line 2: 'contexts.prod.colour' is 'pink'. "
                + "Allowed: red, yellow, green, blue, grey.")
        #expect(
            said("{url: 'amqp://h', protected: maybe}").contains("Allowed: true or false."))
        #expect(said("{url: 'amqp://h', pasword: x}").contains("no setting 'pasword'"))
        #expect(
            said("{url: 'amqp://h', tls: {cert: x}}").contains("Allowed here: certificate, key"))
        #expect(
            SettingsReaderTests.problem("contexts: {embedded: {url: 'amqp://h'}}")
                .contains("'embedded'"))
        #expect(
            SettingsReaderTests.problem("contexts: {'a b': {url: 'amqp://h'}}")
                .contains("names of letters"))
        #expect(
            SettingsReaderTests.problem("current-context: a\ncontexts: {b: {url: 'amqp://h'}}")
                .contains("'current-context' is 'a'. Allowed: b."))
    }

    @Test("A password comes from its variable")
    func fromEnvironment() throws {
        let prod = try SettingsReaderTests.settings(Self.file).contexts[0]
        #expect(try prod.readPassword(environment: ["PROD_PASSWORD": "s3cret"]) == "s3cret")
        let expected = SettingProblem.noSecret(
            "prod", reason: "the variable PROD_PASSWORD is not set")
        #expect(throws: expected) { try prod.readPassword(environment: [:]) }
        #expect(throws: expected) { try prod.readPassword(environment: ["PROD_PASSWORD": ""]) }
    }

    @Test("The table and the JSON name everything but secrets")
    func table() throws {
        let settings = try SettingsReaderTests.settings(Self.file)
        let table = ContextTable(settings.contexts, current: settings.currentContext)
        #expect(
            table.text == """
                   NAME    URL                              VHOST  USER  SET
                *  prod    amqps://rabbit.example.com:5671  shop   ops   read-only, protected, red
                   laptop  amqp://127.0.0.1:5672

                """)
        #expect(
            table.json
                == #"[{"name":"prod","url":"amqps://rabbit.example.com:5671","management_url":"#
                + #""https://rabbit.example.com:15671","vhost":"shop","user":"ops","colour":"red","#
                + #""is_read_only":true,"is_protected":true,"is_current":true},"#
                + #"{"name":"laptop","url":"amqp://127.0.0.1:5672","management_url":null,"#
                + #""vhost":null,"user":null,"colour":null,"is_read_only":false,"#
                + #""is_protected":false,"is_current":false}]"# + "\n")
        #expect(ContextTable([], current: nil).text.hasPrefix("No contexts."))
        #expect(ContextTable([], current: nil).json == "[]\n")
    }
}
