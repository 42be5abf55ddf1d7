#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""accord watch kafka://... against a real broker: kafka_broker.py PROGRAM CLIENT. Prints TAP.

The broker is that of ACCORD_TEST_KAFKA (host:port; it may make topics, which begin with "accord-test-"), or an Apache Kafka started here on loopback and stopped at the end, from the jars in
ACCORD_TEST_KAFKA_JARS, or from those that Maven brings when ACCORD_TEST_KAFKA_MAVEN is "yes". Where none of these gives a broker all is skipped.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "scenario"))
import kafka  # noqa: E402  (the same cases as against the mock)

VERSION = "4.0.2"  # the last that librdkafka 2.0 and Java 17 were tried with
POM = f"""<project><modelVersion>4.0.0</modelVersion><groupId>accord</groupId><artifactId>broker</artifactId><version>1</version>
<packaging>pom</packaging><dependencies><dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version></dependency></dependencies></project>
"""
PROPERTIES = """process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:{controller}
log.dirs={folder}/data
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
"""


def skip(why):
    print(f"1..0 # SKIP {why}")
    return 0


def jars(folder):
    """A folder of jars, or None."""
    given = os.environ.get("ACCORD_TEST_KAFKA_JARS")
    if given:
        return given
    if os.environ.get("ACCORD_TEST_KAFKA_MAVEN") != "yes" or not shutil.which("mvn"):
        return None
    (folder / "pom.xml").write_text(POM)
    try:
        done = subprocess.run(["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={folder}/jars"], cwd=folder, capture_output=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        return None
    return str(folder / "jars") if done.returncode == 0 else None


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def answers(port):
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex(("127.0.0.1", port)) == 0


def start_broker(folder, classes):
    """(process, "host:port"), or (None, why not)."""
    port, controller = free_port(), free_port()
    (folder / "server.properties").write_text(PROPERTIES.format(port=port, controller=controller, folder=folder))
    java = ["java", "-Xmx512m", "-cp", classes + "/*"]
    done = subprocess.run([*java, "kafka.tools.StorageTool", "format", "-t", "AAAAAAAAAAAAAAAAAAAAAQ", "-c", folder / "server.properties"], capture_output=True, text=True,
                          timeout=120, check=False)
    if done.returncode:
        return None, "the broker's storage could not be made: " + done.stderr.strip()[-200:]
    process = subprocess.Popen([*java, "kafka.Kafka", folder / "server.properties"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(120):
        if answers(port):
            return process, f"127.0.0.1:{port}"
        if process.poll() is not None:
            return None, "the broker has ended"
        time.sleep(0.5)
    process.kill()
    return None, "the broker does not answer"


def main():
    if len(sys.argv) < 3:
        return skip("built without librdkafka")
    results = kafka.Results()
    with tempfile.TemporaryDirectory() as name:
        folder, process, brokers = pathlib.Path(name), None, os.environ.get("ACCORD_TEST_KAFKA")
        if not brokers:
            classes = jars(folder) if shutil.which("java") else None
            if not classes:
                return skip("no broker: none of ACCORD_TEST_KAFKA, ACCORD_TEST_KAFKA_JARS and ACCORD_TEST_KAFKA_MAVEN=yes gives one")
            process, brokers = start_broker(folder, classes)
            if not process:
                return skip(brokers)
        try:
            for case in (kafka.once, kafka.rebalance):
                results.run(case, kafka.Mock(os.path.abspath(sys.argv[2]), brokers, prefix=f"accord-test-{uuid.uuid4().hex[:8]}-"), folder)
        finally:
            if process:
                process.terminate()
                try:
                    process.wait(timeout=30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
