import ArgumentParser
import PlainJSON

/// `queuetop manual`: prints the man page, for `queuetop manual > queuetop.1`.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Print the man page.",
        discussion: "queuetop manual > queuetop.1 && man ./queuetop.1")

    func run() throws {
        do throws(CommandFailure) {
            let help: JSON
            do throws(JSONError) {
                help = try JSON(parsing: Array(Queuetop._dumpHelp().utf8))
            } catch {
                throw CommandFailure(.internalError, "The help cannot be read: \(error).")
            }
            try CommandOutput.conclude(ManualPage(help).lines)
        } catch {
            error.endProgram()
        }
    }
}

/// The man page in mdoc(7), made of what argument-parser knows of the commands.
struct ManualPage {
    private(set) var lines: [String] = []

    /// - Parameter help: What argument-parser's own plug-ins read as well.
    init(_ help: JSON) {
        let root = help["command"] ?? .null
        self.lines = [
            ".Dd $Mdocdate$", ".Dt QUEUETOP 1", ".Os", ".Sh NAME", ".Nm queuetop",
            ".Nd top for message queues",
        ]
        let commands = (root["subcommands"]?.elements ?? []).filter {
            $0["shouldDisplay"]?.bool != false && $0["commandName"]?.text != "help"
        }
        self.lines += [".Sh SYNOPSIS", ".Nm", ".Op Ar option ..."]
        for command in commands {
            self.lines += [".Nm", ".Cm \(Self.escaped(command["commandName"]?.text ?? ""))"]
            self.addUsage(command)
        }
        self.lines.append(".Sh DESCRIPTION")
        self.addText(root)
        self.addArguments(root)
        self.lines.append(".Sh COMMANDS")
        for command in commands {
            self.lines.append(".Ss queuetop \(Self.escaped(command["commandName"]?.text ?? ""))")
            self.addText(command)
            self.addArguments(command)
        }
        self.addReference()
        self.addEnvironment()
        self.lines += [".Sh EXIT STATUS", ".Bl -tag -width Ds"]
        for status in ExitStatus.allCases {
            self.lines += [".It \(status.rawValue)", Self.escaped(status.meaning)]
        }
        self.lines.append(".El")
    }

    private mutating func addUsage(_ command: JSON) {
        for argument in command["arguments"]?.elements ?? []
        where argument["kind"]?.text == "positional" {
            let name = Self.escaped(argument["valueName"]?.text ?? "")
            self.lines.append(
                argument["isOptional"]?.bool == true ? ".Op Ar \(name)" : ".Ar \(name)")
        }
        self.lines.append(".Op Ar option ...")
    }

    private mutating func addText(_ command: JSON) {
        for name in ["abstract", "discussion"] {
            guard let text = command[name]?.text, !text.isEmpty else { continue }
            if name == "discussion" { self.lines.append(".Pp") }
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                if line.isEmpty {
                    self.lines.append(".Pp")
                } else if line.hasPrefix("  ") {
                    self.lines.append(".Dl \(Self.escaped(line.drop { $0 == " " }))")
                } else {
                    self.lines.append(Self.escaped(line))
                }
            }
        }
    }

    private mutating func addArguments(_ command: JSON) {
        let arguments = (command["arguments"]?.elements ?? []).filter {
            $0["shouldDisplay"]?.bool != false && $0["kind"]?.text != "positional"
                && $0["valueName"]?.text != "help" && $0["valueName"]?.text != "version"
        }
        guard !arguments.isEmpty else { return }
        self.lines.append(".Bl -tag -width Ds")
        for argument in arguments {
            let names = (argument["names"]?.elements ?? []).map { name in
                (name["kind"]?.text == "long" ? "--" : "-") + (name["name"]?.text ?? "")
            }
            let value =
                argument["kind"]?.text == "option" ? " \(argument["valueName"]?.text ?? "")" : ""
            self.lines.append(".It " + Self.escaped(names.joined(separator: ", ") + value))
            self.lines.append(Self.escaped(argument["abstract"]?.text ?? ""))
        }
        self.lines.append(".El")
    }

    private mutating func addReference() {
        self.lines += [".Sh QUEUE ARGUMENTS", Self.escaped(ArgumentReference.introduction)]
        for section in ArgumentReference.sections {
            self.lines += [".Ss \(Self.escaped(section.title))", ".Bl -tag -width Ds"]
            for argument in section.arguments {
                self.lines += [
                    ".It \(Self.escaped(argument.name))",
                    Self.escaped("\(argument.meaning) (\(argument.bounds))"),
                ]
            }
            self.lines.append(".El")
        }
    }

    private mutating func addEnvironment() {
        let variables = [
            ("QUEUETOP_PASSWORD", "password where the address has none"),
            ("QUEUETOP_…", "any setting of the configuration, such as QUEUETOP_AMQP_PORT"),
            ("NO_COLOR", "when set, nothing is coloured"),
            ("XDG_DATA_HOME", "the embedded broker's data is in its folder queuetop"),
            ("XDG_STATE_HOME", "the audit log is queuetop/audit.log in it"),
        ]
        self.lines += [".Sh ENVIRONMENT", ".Bl -tag -width Ds"]
        for (name, meaning) in variables {
            self.lines += [".It Ev \(name)", Self.escaped(meaning)]
        }
        self.lines.append(".El")
    }

    /// What roff would take for its own is escaped.
    private static func escaped(_ text: some StringProtocol) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "\n": escaped += " "
            default: escaped.append(character)
            }
        }
        let isRequest = escaped.hasPrefix(".") || escaped.hasPrefix("'")
        return isRequest ? "\\&" + escaped : escaped
    }
}
