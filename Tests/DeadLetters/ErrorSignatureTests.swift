import DeadLetters
import Messaging
import Testing

@Suite("Error texts in general terms")
struct ErrorSignatureTests {
    @Test(
        "What differs from message to message is masked, and nothing else",
        arguments: [
            ("PaymentDeclined: card 4111… expired", "PaymentDeclined: card <n> expired"),
            ("PaymentDeclined: card 4111-1111-1111-1111", "PaymentDeclined: card <n>-<n>-<n>-<n>"),
            ("upstream 10.0.0.7:8080 after 3000 ms", "upstream <host> after <n> ms"),
            ("upstream api.stripe.com:443 after 3000ms", "upstream <host> after <n>ms"),
            ("connect to db-1:5432: refused", "connect to <host>: refused"),
            ("localhost:6379 is gone", "<host> is gone"),
            ("[fe80::1]:5672 closed", "[<host>]:<n> closed"),
            ("no order 550e8400-e29b-41d4-a716-446655440000.", "no order <id>."),
            ("object 5f2b9c3d1a7e not found", "object <id> not found"),
            ("order-4821 of user_17", "order-<n> of user_<n>"),
            ("amount 1,290.50 exceeds -5", "amount <n> exceeds <n>"),
            ("HTTP 503 from /v1/orders/88213", "HTTP <n> from /v1/orders/<n>"),
            ("sha256 mismatch in utf8", "sha256 mismatch in utf8"),
            ("java.lang.NullPointerException", "java.lang.NullPointerException"),
            ("line:42 code:500", "line:<n> code:<n>"),
            ("at 2026-11-22T03:10:11", "at <n>-<n>-<id>:<n>:<n>"),
            ("Zoë hat 3 Bücher", "Zoë hat <n> Bücher"),
            ("", ""), ("...", "..."), ("-", "-"),
        ])
    func masksVariableParts(text: String, expected: String) {
        #expect(ErrorSignature.masking(text) == expected)
    }

    @Test("Masking twice changes nothing more")
    func isStable() {
        let once = ErrorSignature.masking("card 4111 at 10.0.0.7:80, id 5f2b9c3d1a7e")
        #expect(ErrorSignature.masking(once) == once)
    }
}

@Suite("Error headers")
struct ErrorHeaderTests {
    @Test("The most telling header is taken, whatever the case of its name")
    func takesTheMostTelling() {
        let headers: FieldTable = [
            "exception": .string("second"), "X-Error": .string("first"), "other": .string("no"),
        ]
        #expect(ErrorHeader.text(in: headers) == "first")
        #expect(ErrorHeader.text(in: ["error_message": .string("snake")]) == "snake")
    }

    @Test("Only the first line counts, and not all of a long one")
    func cutsTheText() {
        let trace = "Boom\n  at a.swift:1\n  at b.swift:2"
        #expect(ErrorHeader.text(in: ["x-error": .string(trace)]) == "Boom")
        let long = String(repeating: "ä", count: 5_000)
        #expect(
            ErrorHeader.text(in: ["x-error": .string(long)])?.count == ErrorHeader.lengthMax)
    }

    @Test("A table with type and message is read as one text")
    func readsTables() {
        let table: FieldTable = ["message": .string("expired"), "type": .string("Declined")]
        #expect(ErrorHeader.text(in: ["error": .table(table)]) == "Declined: expired")
    }

    @Test(
        "What holds no text is passed over",
        arguments: [
            FieldValue.int32(7), .bool(true), .void, .string(""), .string("\n\n"), .array([]),
            .table([:]),
        ])
    func passesOver(value: FieldValue) {
        #expect(ErrorHeader.text(in: ["x-error": value]) == nil)
        #expect(ErrorHeader.text(in: nil) == nil)
    }

    @Test("Bytes that are no UTF-8 still make a text")
    func survivesBinary() {
        let text = ErrorHeader.text(in: ["x-error": .longString([0xFF, 0x41, 0x0A, 0x42])])
        #expect(text == "\u{FFFD}A")
    }
}
