/// What is known of a file that is to be read, or to be kept from others.
package struct FileFacts: Equatable, Sendable {
    /// The setting that names it, such as `tls.key`.
    package var setting: String
    package var path: String
    /// Why it cannot be read; nil when it can.
    package var problem: String?
    package var mode: UInt32

    package init(setting: String, path: String, problem: String?, mode: UInt32) {
        self.setting = setting
        self.path = path
        self.problem = problem
        self.mode = mode
    }

    /// - Parameter isSecret: Nobody but its owner should be able to read it.
    package func finding(isSecret: Bool) -> Finding {
        if let problem = self.problem {
            return Finding(
                self.setting, .fail, "\(self.path) cannot be read: \(problem).",
                advice: "Correct the path, or let this user read it.")
        }
        guard isSecret, self.mode & 0o077 != 0 else {
            return Finding(self.setting, .ok, "\(self.path) can be read.")
        }
        return Finding(
            self.setting, .warn, "\(self.path) can be read by others.",
            advice: "Keep it to its owner: chmod 600 \(self.path)")
    }
}
