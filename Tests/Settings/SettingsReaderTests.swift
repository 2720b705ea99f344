import Messaging
import Settings
import Testing

/// What a configuration says, and what is said about one that cannot be used.
struct SettingsReaderTests {
    static func settings(
        _ text: String, environment: [String: String] = [:], flags: [SettingKey: String] = [:]
    ) throws(SettingProblem) -> ProgramSettings {
        try SettingsReader(
            file: (text, "c.yaml"), environment: environment, flags: flags
        ).settings()
    }

    static func problem(
        _ text: String, environment: [String: String] = [:], flags: [SettingKey: String] = [:]
    ) -> String {
        do throws(SettingProblem) {
            _ = try Self.settings(text, environment: environment, flags: flags)
            return "none"
        } catch {
            return error.description
        }
    }

    @Test("Everything that can be set is read")
    func everything() throws {
        let settings = try Self.settings(
            """
            bind: 127.0.0.2
            amqp-port: 5673
            amqps-port: 5671
            management-port: 15672
            data-directory: /var/lib/queuetop
            definitions: d.json
            memory-limit: 512MiB
            disk-limit: 1GB
            consumer-timeout: 30m
            drain: 10s
            tls: {certificate: c.pem, key: k.pem, ca: a.pem, login-from: common-name}
            limits:
              connections: 100
              channels: 50
              queues: 1000
              frame: 64KiB
              body: 1MiB
              header: 4KiB
            log: {format: json, level: warning}
            theme: light
            vhost: shop
            read-only: true
            """)
        var expected = ProgramSettings()
        expected.bind = "127.0.0.2"
        (expected.amqpPort, expected.amqpsPort, expected.managementPort) = (5_673, 5_671, 15_672)
        expected.dataDirectory = "/var/lib/queuetop"
        expected.definitions = "d.json"
        expected.memoryLimitBytes = 536_870_912
        expected.diskLimitBytes = 1_000_000_000
        expected.consumerTimeoutMilliseconds = 1_800_000
        expected.drainMilliseconds = 10_000
        expected.tls = TLSFiles(certificate: "c.pem", key: "k.pem", authority: "a.pem")
        expected.tlsLoginFrom = .commonName
        expected.limits.connections = 100
        expected.limits.channels = 50
        expected.limits.queues = 1_000
        expected.limits.frameBytes = 65_536
        expected.limits.bodyBytes = 1_048_576
        expected.limits.headerBytes = 4_096
        expected.log.format = .json
        expected.log.level = .warning
        (expected.theme, expected.virtualHost, expected.isReadOnly) = ("light", "shop", true)
        #expect(settings == expected)
    }

    @Test("A file with nothing in it says nothing", arguments: ["", "# only this\n", "~", "{}"])
    func nothing(text: String) throws { #expect(try Self.settings(text) == ProgramSettings()) }

    @Test("A key without a value says nothing")
    func emptyValue() throws {
        #expect(try Self.settings("bind:\ncontexts:\n") == ProgramSettings())
    }

    @Test("Keys may be written in camel case too")
    func camelCase() throws {
        #expect(try Self.settings("amqpPort: 1").amqpPort == 1)
        #expect(
            Self.problem("amqpPort: 1\namqp-port: 2").contains("'amqp-port' stands there twice"))
    }

    @Test("Flags go before the environment, and that before the file")
    func layers() throws {
        let variables = [
            "QUEUETOP_LOG_LEVEL": "debug", "QUEUETOP_AMQP_PORT": "2", "LOG_LEVEL": "x",
        ]
        let settings = try Self.settings(
            "amqp-port: 1\nbind: 127.0.0.9\nlog: {level: error}", environment: variables,
            flags: [.amqpPort: "3"])
        #expect(settings.amqpPort == 3)
        #expect(settings.log.level == .debug)
        #expect(settings.bind == "127.0.0.9")
    }

    @Test("What is wrong with a flag is said to be of the command line")
    func commandLine() {
        for (text, flags, isFlag) in [
            ("", [SettingKey.drain: "abc"], true), ("drain: abc", [:], false),
            ("", [.tlsKey: "k.pem"], true), ("drain: 1s", [.logFormat: "xml"], true),
        ] {
            #expect {
                try Self.settings(text, flags: flags)
            } throws: { error in
                (error as? SettingProblem)?.isOfCommandLine == isFlag
            }
        }
    }

    @Test("An empty variable counts as not set")
    func emptyVariable() throws {
        #expect(
            try Self.settings("bind: ::1", environment: ["QUEUETOP_BIND": ""]).bind == "::1")
    }

    @Test("Every key has its variable and its flag, and no two share one")
    func names() throws {
        #expect(SettingKey.logFormat.variable == "QUEUETOP_LOG_FORMAT")
        #expect(SettingKey.amqpPort.variable == "QUEUETOP_AMQP_PORT")
        #expect(SettingKey.logFormat.flag == "--log-format")
        #expect(Set(SettingKey.allCases.map(\.variable)).count == SettingKey.allCases.count)
        #expect(Set(SettingKey.allCases.map(\.flag)).count == SettingKey.allCases.count)
        for key in SettingKey.allCases {
            // Whatever a key takes, this it does not take, unless it is a name.
            let said = Self.problem("", environment: [key.variable: "\u{7}"])
            switch key {
            case .bind, .dataDirectory, .definitions, .theme, .virtualHost:
                #expect(said == "none")
            case .tlsCertificate, .tlsKey, .tlsAuthority: #expect(said.contains("is missing"))
            default:
                #expect(said.contains("variable \(key.variable): '\(key.rawValue)'"))
            }
        }
    }

    @Test("A wrong value is named with its key, its place and what is allowed")
    func wrongValue() {
        #expect(
            Self.problem("bind: '::'\namqp-port: 70000")
                == "c.yaml, line 2: 'amqp-port' is '70000'. "
                + "Allowed: a port from 0 (any free one) to 65535.")
        #expect(
            Self.problem("log:\n  format: xml")
                == "c.yaml, line 2: 'log.format' is 'xml'. Allowed: text, json.")
        #expect(
            Self.problem("", environment: ["QUEUETOP_MEMORY_LIMIT": "much"])
                == "the environment variable QUEUETOP_MEMORY_LIMIT: 'memory-limit' is 'much'. "
                + "Allowed: a number of bytes, such as 512MiB.")
        #expect(
            Self.problem("", flags: [.drain: "2h"]).hasPrefix(
                "the option --drain: 'drain' is '2h'. Allowed: a time"))
    }

    @Test("Half of what TLS needs is refused")
    func tls() {
        #expect(Self.problem("tls: {certificate: c, key: k}") == "none")
        #expect(
            Self.problem("tls: {certificate: c}")
                == "c.yaml, line 1: 'tls.key' is missing. Needed: it belongs to 'tls.certificate'.")
        for text in ["tls: {key: k}", "tls: {ca: a}", "amqps-port: 1"] {
            #expect(Self.problem(text).contains("'tls.certificate' is missing"))
        }
    }

    @Test("Limits are taken at their bounds, and one past them not")
    func limits() throws {
        let atBounds = [
            "connections: \(Limits.connectionsMax)", "channels: \(Limits.channelsMax)",
            "queues: \(Limits.queuesMax)", "frame: \(Limits.frameBytesMin)",
            "frame: \(Limits.frameBytesMax)", "body: \(Limits.bodyBytesMax)",
            "header: \(Limits.propertiesBytesMin)", "header: \(Limits.propertiesBytesMax)",
        ]
        for text in atBounds {
            #expect(Self.problem("limits: {\(text)}") == "none", "\(text)")
        }
        let past = [
            "connections: \(Limits.connectionsMax + 1)", "connections: 0",
            "channels: \(Int(Limits.channelsMax) + 1)", "queues: \(Limits.queuesMax + 1)",
            "frame: \(Limits.frameBytesMin - 1)", "frame: \(Limits.frameBytesMax + 1)",
            "body: \(Limits.bodyBytesMax + 1)", "header: \(Limits.propertiesBytesMin - 1)",
            "header: \(Limits.propertiesBytesMax + 1)",
        ]
        for text in past {
            #expect(Self.problem("limits: {\(text)}").contains("Allowed: "), "\(text)")
        }
    }

    @Test("A key that there is not is named with those that there are")
    func unknownKey() {
        let top = Self.problem("amqp-prot: 1")
        #expect(top.hasPrefix("c.yaml, line 1: there is no setting 'amqp-prot'. Allowed here: "))
        #expect(top.contains("amqp-port") && top.contains("contexts") && top.contains("log"))
        #expect(
            Self.problem("bind: ::1\nlog:\n  levle: info")
                == "c.yaml, line 3: there is no setting 'levle'. Allowed here: format, level.")
    }

    @Test("A group where a value belongs is refused, and the other way round")
    func shapes() {
        #expect(Self.problem("bind: [a]").contains("'bind' has the wrong form"))
        #expect(Self.problem("log: json").contains("'log' has the wrong form"))
        #expect(Self.problem("- a").contains("'the file' has the wrong form"))
        #expect(Self.problem("contexts: [a]").contains("'contexts' has the wrong form"))
    }

    @Test("What is no YAML says where, and repeats none of it")
    func notYAML() {
        let said = Self.problem("bind: ::1\nlog: {secret-word")
        #expect(said.hasPrefix("The configuration c.yaml, line "))
        #expect(said.contains("is not YAML"))
        #expect(!said.contains("secret-word"))
        #expect(Self.problem("bind: a\nbind: b").contains("twice"))
    }

    @Test("Only what a running broker cannot change needs a restart")
    func restart() throws {
        let start = try Self.settings("amqp-port: 1\nmemory-limit: 1MiB\nlog: {level: info}")
        let newer = try Self.settings("amqp-port: 2\nmemory-limit: 2MiB\nlog: {level: error}")
        #expect(newer.needingRestart(since: start) == [.amqpPort])
        #expect(start.needingRestart(since: start) == [])
    }
}
