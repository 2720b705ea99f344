import Glibc

/// Where the configuration is read from; reading it again takes what is there then.
package struct SettingsSource: Sendable {
    /// Bytes of a configuration file.
    package static let bytesMax = 1_048_576

    /// What was asked for with `--config`.
    private let chosenPath: String?
    private let environment: [String: String]
    private let flags: [SettingKey: String]

    /// - Parameter chosenPath: A file that has to be there; nil takes the usual one if it is.
    package init(
        chosenPath: String?, environment: [String: String], flags: [SettingKey: String] = [:]
    ) {
        self.chosenPath = chosenPath
        self.environment = environment
        self.flags = flags
    }

    /// The file that counts: the chosen one, or where the XDG convention has it.
    ///
    /// Nil when neither `XDG_CONFIG_HOME` nor `HOME` says where that is.
    package var path: String? {
        if let chosen = self.chosenPath { return chosen }
        if let base = self.environment["XDG_CONFIG_HOME"], base.hasPrefix("/") {
            return base + "/queuetop/config.yaml"
        }
        return self.environment["HOME"].map { $0 + "/.config/queuetop/config.yaml" }
    }

    /// Whether there is such a file.
    package var hasFile: Bool { self.path.map { access($0, F_OK) == 0 } ?? false }

    /// Reads everything; a file that nobody chose may be missing.
    package func read() throws(SettingProblem) -> ProgramSettings {
        guard let path = self.path else { return try self.settings(of: nil) }
        let text: String
        do throws(FileFault) {
            text = try TextFile.read(path, bytesMax: Self.bytesMax)
        } catch {
            switch error {
            case .missing where self.chosenPath == nil: return try self.settings(of: nil)
            case .missing: throw .unreadable(path: path, reason: "there is no such file")
            case .tooBig: throw .tooBig(path: path, bytesMax: Self.bytesMax)
            case .notText: throw .notYAML(path: path, line: nil, reason: "it is not UTF-8")
            case .failed(let reason): throw .unreadable(path: path, reason: reason)
            }
        }
        return try self.settings(of: (text, path))
    }

    private func settings(
        of file: (text: String, path: String)?
    ) throws(SettingProblem) -> ProgramSettings {
        try SettingsReader(file: file, environment: self.environment, flags: self.flags).settings()
    }
}

extension ContextSettings {
    /// The password, unless a person has to be asked for it: then nil.
    ///
    /// - Throws: ``SettingProblem/noSecret(_:reason:)``, which says where but never what.
    package func readPassword(
        environment: [String: String]
    ) throws(SettingProblem) -> String? {
        switch self.password {
        case .prompt: return nil
        case .environment(let variable):
            guard let secret = environment[variable], !secret.isEmpty else {
                throw .noSecret(self.name, reason: "the variable \(variable) is not set")
            }
            return secret
        case .file(let path):
            do throws(FileFault) {
                return try TextFile.readSecret(path)
            } catch {
                throw .noSecret(self.name, reason: "\(path): \(error.reason)")
            }
        }
    }
}
