import Foundation

/// An authority and what it has signed, made by the `openssl` program for one test.
package final class TestCertificates: Sendable {
    private let folder: URL

    /// What could not be made.
    package struct Failure: Error { package let command: String }

    package init() throws {
        self.folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("queuetop-certificates-\(UInt64.random(in: .min ... .max))")
        try FileManager.default.createDirectory(
            at: self.folder, withIntermediateDirectories: true)
        try self.run(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key "
                + "-out ca.pem -days 2 -subj", "/CN=authority")
    }

    deinit { try? FileManager.default.removeItem(at: self.folder) }

    package func path(_ name: String) -> String { self.folder.appendingPathComponent(name).path }

    /// Makes `NAME.pem` and `NAME.key`, signed by the authority `ca.pem`.
    ///
    /// - Parameter subject: As `openssl` takes it, such as `/O=shop/CN=orders`.
    package func make(_ name: String, subject: String) throws {
        try self.run(
            "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -utf8 -multivalue-rdn "
                + "-keyout \(name).key -out \(name).csr -subj", subject)
        try self.run(
            "x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out",
            "\(name).pem")
    }

    /// Writes a file of another content.
    package func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: self.folder.appendingPathComponent(name))
    }

    /// Puts the content of one file into another.
    package func copy(_ name: String, to other: String) throws {
        try Data(contentsOf: self.folder.appendingPathComponent(name))
            .write(to: self.folder.appendingPathComponent(other))
    }

    /// Runs `openssl` in the folder with these arguments, and one more that may hold blanks.
    private func run(_ arguments: String, _ last: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments.split(separator: " ").map(String.init) + [last]
        process.currentDirectoryURL = self.folder
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(command: arguments) }
    }
}
